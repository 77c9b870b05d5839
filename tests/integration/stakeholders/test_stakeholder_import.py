"""A list of stakeholders as a file: checked, taken in whole or not at all, and written again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lamppost.accounts.models import LedgerEntry, Partnership
from lamppost.stakeholders.exchange import COLUMNS, read_list
from lamppost.stakeholders.models import Stakeholder

Add = Callable[..., Stakeholder]
Url = Callable[..., str]

GOOD = """name,kind,group,organisation,influence,contact
Gardeners,organisation,community,,4,
Ana Ruiz,Person,Residents,gardeners,2,ana@example.org
=1+1,,company,,,
"""


def send(client: Client, url: Url, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(url("import"), {"file": SimpleUploadedFile("list.csv", content)})


def carried(answer: Any) -> str:
    return str(answer.context["confirm_form"].initial["content"])


def test_preview_writes_nothing_and_says_what_would_happen(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    stakeholder("ana ruiz")
    answer = send(lead_client, url, GOOD)
    page = answer.content.decode()
    assert "2 would be added. 1 is in the list already." in page
    assert Stakeholder.objects.count() == 1
    assert not LedgerEntry.objects.exists()


def test_confirm_takes_all_in_with_one_ledger_entry(
    lead_client: Client, url: Url, partnership: Partnership
) -> None:
    answer = send(lead_client, url, GOOD)
    done = lead_client.post(url("import_confirm"), {"content": carried(answer)}, follow=True)
    assert "3 added, 0 changed, 0 left as they were." in done.content.decode()
    ana = Stakeholder.objects.get(name="Ana Ruiz")
    assert ana.organisation == Stakeholder.objects.get(name="Gardeners")
    assert (ana.influence, ana.interest, ana.status, ana.language) == (2, 3, "known", "en")
    assert Stakeholder.objects.get(group="company").name == "=1+1"
    entry = LedgerEntry.objects.get(partnership=partnership)
    assert (entry.action, entry.fields) == ("stakeholders.list.imported", [])


def test_twice_changes_nothing(lead_client: Client, url: Url) -> None:
    content = carried(send(lead_client, url, GOOD))
    lead_client.post(url("import_confirm"), {"content": content})
    before = list(Stakeholder.objects.order_by("pk").values())
    lead_client.post(url("import_confirm"), {"content": content, "update": "on"})
    assert list(Stakeholder.objects.order_by("pk").values()) == before
    assert LedgerEntry.objects.count() == 1


def test_update_changes_only_filled_cells_and_only_when_asked(
    lead_client: Client, url: Url, stakeholder: Add
) -> None:
    one = stakeholder("Ana", influence=1, interest=5, concerns="Dark.")
    text = "name,group,influence,interest,concerns\nAna,resident,4,,\n"
    content = carried(send(lead_client, url, text))
    lead_client.post(url("import_confirm"), {"content": content})
    one.refresh_from_db()
    assert one.influence == 1
    lead_client.post(url("import_confirm"), {"content": content, "update": "on"})
    one.refresh_from_db()
    assert (one.influence, one.interest, one.concerns) == (4, 5, "Dark.")


@pytest.mark.parametrize(
    ("text", "row", "field", "said"),
    [
        ("name,group\n,resident\n", 2, "name", "The cell is empty. Fill it in."),
        ("name,group\nAna,\n", 2, "group", "Write one of: municipal, community"),
        ("name,group\nAna,alien\n", 2, "group", "“alien” is not known here."),
        ("name,group,influence\nAna,resident,9\n", 2, "influence", "a whole number from 1 to 5"),
        (
            "name,group,contact\nOk,company,\n\nAna,resident,555\n",
            4,
            "contact",
            "“555” is not an e-mail address.",
        ),
        ("name,group\nAna,resident\nANA,residents\n", 3, "name", "as in row 2. Remove one"),
        (
            "name,group,organisation\nAna,resident,Nobody\n",
            2,
            "organisation",
            "No organisation is called “Nobody”.",
        ),
        (
            "name,group,kind,organisation\nA,community,organisation,B\nB,community,organisation,\n",
            2,
            "organisation",
            "cannot belong to another one",
        ),
        (f"name,group\n{'x' * 121},resident\n", 2, "name", "Shorten it to 120."),
    ],
)
def test_faults_name_row_field_and_remedy(
    lead_client: Client, url: Url, text: str, row: int, field: str, said: str
) -> None:
    answer = send(lead_client, url, text)
    assert answer.status_code == 422
    (fault,) = answer.context["reading"].faults
    assert (fault.row, fault.field) == (row, field)
    assert said in fault.message
    assert "Nothing was taken in." in answer.content.decode()
    lead_client.post(url("import_confirm"), {"content": carried(answer)})
    assert not Stakeholder.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"name,kind\nAna,person\n", "There is no column “group”"),
        (b"name,group,Name\nAna,resident,x\n", "is there twice"),
        (b"name,group\n", "headings but no rows"),
        ("name,group\nJos\xe9,resident\n".encode("latin-1"), "Line 2 is not in UTF-8"),
        (b"PK\x03\x04\0\0", "This is not a CSV file"),
        (b'name,group\n"Ana,resident\n', "cannot be read as a table"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"name,group\n" + b"A,resident\n" * 2_001, "more than 2000 rows"),
    ],
)
def test_files_that_are_no_list_are_refused(
    lead_client: Client, url: Url, content: bytes, said: str
) -> None:
    page = send(lead_client, url, content).content.decode().replace(",000", "000")
    assert said in page
    assert not Stakeholder.objects.exists()


def test_semicolons_byte_order_mark_and_other_columns_are_read(
    lead_client: Client, url: Url
) -> None:
    answer = send(
        lead_client, url, "\ufeffName;Group;How To Reach Them;Shoe size\nA;company;phone;43\n"
    )
    reading = answer.context["reading"]
    assert reading.ignored_columns == ("Shoe size",)
    assert reading.rows[0].values["contact_preference"] == "phone"


def test_confirm_with_a_lost_file(lead_client: Client, url: Url) -> None:
    for content in ("", "%%%", base64.b64encode(b"no table").decode()):
        answer = lead_client.post(url("import_confirm"), {"content": content}, follow=True)
        assert answer.redirect_chain
    assert lead_client.get(url("import_confirm")).status_code == 405
    assert not Stakeholder.objects.exists()


def test_template_has_every_column(lead_client: Client, url: Url) -> None:
    text = lead_client.get(url("template")).content.decode("utf-8-sig")
    assert text == ",".join(COLUMNS) + "\r\n"


def test_download_guards_formulas_and_hides_contacts(
    lead_client: Client, make_member: Any, client_of: Any, url: Url, stakeholder: Add
) -> None:
    stakeholder("=HYPERLINK(1)", contact="a@example.org", concerns="@dark")
    answer = lead_client.get(url("download"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@dark" in text
    text = client_of(make_member("analyst")).get(url("download")).content.decode("utf-8-sig")
    assert "a@example.org" not in text
    assert "contact" not in text
    assert "dark" not in text


def test_download_comes_back_as_it_was(
    lead_client: Client, url: Url, stakeholder: Add, partnership: Partnership
) -> None:
    club = stakeholder("Gardeners, Ltd.", kind="organisation", group="community")
    stakeholder("Ana", organisation=club, concerns='Line one\nline two; "quoted"', language="ar")
    reading = read_list(partnership, lead_client.get(url("download")).content)
    assert (len(reading.known), reading.new, reading.faults) == (2, (), ())
    assert reading.rows[0].values["concerns"] == 'Line one\nline two; "quoted"'
