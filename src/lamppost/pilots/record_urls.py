"""Routes of a pilot's record: call, selection, agreement, dated tasks, status, reports."""

from django.urls import URLPattern, path

from .views import agreement, call, jurors, report, status, tasks

urlpatterns: list[URLPattern] = [
    path("status/", status.status, name="status"),
    path("status/seen/", status.seen, name="status_seen"),
    path("status/devices/", status.look_at_devices, name="look_at_devices"),
    path("<int:pilot>/intervals/", status.intervals, name="intervals"),
    path("<int:pilot>/call/", call.call_page, name="call"),
    path("<int:pilot>/call/document/", call.call_document, name="call_document"),
    path(
        "<int:pilot>/call/withdrawn/<int:withdrawn>/",
        call.call_document,
        name="past_call_document",
    ),
    path("<int:pilot>/call/edit/", call.edit_call, name="edit_call"),
    path("<int:pilot>/call/withdraw/", call.withdraw_call, name="withdraw_call"),
    path("<int:pilot>/call/offers/new/", call.new_bid, name="new_bid"),
    path("<int:pilot>/call/offers/<int:bid>/edit/", call.edit_bid, name="edit_bid"),
    path("<int:pilot>/call/offers/<int:bid>/delete/", call.delete_bid, name="delete_bid"),
    path("<int:pilot>/call/choice/", call.select, name="select"),
    path("<int:pilot>/call/interests/new/", call.new_declaration, name="new_declaration"),
    path(
        "<int:pilot>/call/interests/<int:declaration>/delete/",
        call.delete_declaration,
        name="delete_declaration",
    ),
    path(
        "<int:pilot>/call/interests/<int:declaration>/link/", jurors.link, name="declaration_link"
    ),
    path(
        "<int:pilot>/call/interests/<int:declaration>/scan/", jurors.scan, name="declaration_scan"
    ),
    path(
        "<int:pilot>/call/interests/<int:declaration>/scan/file/",
        jurors.scan_file,
        name="declaration_scan_file",
    ),
    path("<int:pilot>/call/interests/<int:declaration>/none/", jurors.excuse, name="excuse_juror"),
    path("<int:pilot>/agreement/", agreement.agreement_page, name="agreement"),
    path("<int:pilot>/agreement/edit/", agreement.edit_agreement, name="edit_agreement"),
    path(
        "<int:pilot>/agreement/<slug:clause>/task/",
        agreement.new_obligation,
        name="new_obligation",
    ),
    path("<int:pilot>/tasks/", tasks.task_list, name="tasks"),
    path("<int:pilot>/tasks/new/", tasks.new_task, name="new_task"),
    path("<int:pilot>/tasks/<int:task>/edit/", tasks.edit_task, name="edit_task"),
    path("<int:pilot>/tasks/<int:task>/done/", tasks.do_task, name="do_task"),
    path("<int:pilot>/tasks/<int:task>/undo/", tasks.undo_task, name="undo_task"),
    path("<int:pilot>/tasks/<int:task>/delete/", tasks.delete_task, name="delete_task"),
    path("<int:pilot>/sites/<int:site>/still-there/", tasks.put_back, name="put_back"),
    path("<int:pilot>/reports/<slug:which>/", report.report, name="report"),
    path("<int:pilot>/reports/<slug:which>/file/", report.report_file, name="report_file"),
    path(
        "<int:pilot>/reports/<slug:which>/<slug:part>/",
        report.report_note,
        name="report_note",
    ),
]
