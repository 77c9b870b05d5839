"""Routes of gates, signatures and what may happen to a pilot at any time."""

from django.urls import URLPattern, path

from .views import gates, life, signing

_gate = "<int:pilot>/gates/<slug:kind>/"
_signer = f"{_gate}signers/<int:signer>/"
urlpatterns: list[URLPattern] = [
    path("gates/", life.gate_use, name="gate_use"),
    path(_gate, gates.gate_page, name="gate"),
    path(f"{_gate}sign/", gates.sign_gate, name="sign_gate"),
    path(f"{_gate}reopen/", life.reopen_gate, name="reopen_gate"),
    path(f"{_gate}document/", signing.draft, name="draft"),
    path(f"{_gate}signers/new/", signing.new_signer, name="new_signer"),
    path(f"{_gate}signers/usual/", signing.usual_signers, name="usual_signers"),
    path(f"{_signer}remove/", signing.remove_signer, name="remove_signer"),
    path(f"{_signer}who/", signing.hand_over, name="hand_over"),
    path(f"{_signer}sign/", signing.sign, name="sign"),
    path(f"{_signer}link/", signing.link, name="signature_link"),
    path(f"{_signer}paper/", signing.paper, name="sign_paper"),
    path(f"{_signer}scan/new/", signing.new_scan, name="new_scan"),
    path(f"{_signer}scan/", signing.scan, name="scan"),
    path(f"{_gate}scans/<int:number>/", signing.gate_scan, name="gate_scan"),
    path(f"{_gate}past/<int:past>/scan/<int:number>/", signing.past_scan, name="past_scan"),
    path("<int:pilot>/decide/", gates.decide, name="decide"),
    path("<int:pilot>/halfway/", life.midterm, name="midterm"),
    path("<int:pilot>/pause/", life.pause, name="pause"),
    path("<int:pilot>/resume/", life.resume, name="resume"),
    path("<int:pilot>/runs-already/", life.join_late, name="join_late"),
]
