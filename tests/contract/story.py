"""A whole story by the generated Python client: an enterprise comes, resumes, is inspected, mends what
was found, has a difficulty solved, and its history is read.

    PYTHONPATH=CLIENT python3 story.py http://127.0.0.1:8080 CODE

CODE is the code of an enterprise that the district does not know yet.
"""

import sys
import uuid
from datetime import date

from fugong_client import ApiClient, Configuration, api
from fugong_client.exceptions import ApiException
from fugong_client.models import (
    CompletionReport,
    EnterpriseRegistration,
    FindingRecord,
    InspectionClosure,
    InspectionOpening,
    OfficerAssignment,
    OfficerEnrolment,
    PlanDraft,
    RectificationOrder,
    Reinspection,
    ResumptionReport,
    SupportAssignment,
    SupportCase,
    SupportConfirmation,
    SupportResolution,
)

TOWN = "500114106"


class Office:
    """Somebody of a unit, with the operations that he needs."""

    def __init__(self, base, unit, role):
        token = f"dev:{role}-of-{unit}:{unit}:{role}"
        client = ApiClient(Configuration(host=base, access_token=token))
        self.enterprises = api.EnterprisesApi(client)
        self.inspections = api.InspectionsApi(client)
        self.orders = api.RectificationOrdersApi(client)
        self.officers = api.OfficersApi(client)
        self.support = api.SupportCasesApi(client)
        self.events = api.EventsApi(client)
        self.registers = api.RegistersApi(client)


def key():
    return str(uuid.uuid4())


def refused(status, code, act, *args, **given):
    """What is refused is refused with its code, as the contract has it."""
    try:
        act(*args, **given)
    except ApiException as why:
        assert (why.status, why.data.code) == (status, code), why
        return why.data
    raise AssertionError(f"{act.__name__} was not refused")


def main(base, code):
    eic, own = Office(base, "eic", "commission"), Office(base, code, "enterprise")
    town = Office(base, TOWN, "township")
    listed(eic, town, code)
    resumed(own, eic, code)
    inspected(eic, own, code)
    helped(own, eic, Office(base, "hrss", "department"), code)
    read_back(eic, Office(base, "91500114MAYY01045Q", "enterprise"), code)


def listed(eic, town, code):
    told = EnterpriseRegistration(
        uscc=code,
        name="黔江区示例化工有限公司（虚构）",
        township_code=TOWN,
        industry_code="2614",
        above_scale=True,
    )
    again = key()
    first = eic.enterprises.register_enterprise(again, told)
    assert [event.type for event in first.events][0] == "enterprise-registered", first
    # A network that lost the answer: the same key gets the same receipt.
    assert eic.enterprises.register_enterprise(again, told) == first
    officer = f"OFF-{code[-6:]}"
    eic.officers.enrol_officer(
        key(), OfficerEnrolment(id=officer, name="张某", phone="13000000001", unit=TOWN)
    )
    posted = town.enterprises.assign_officer(
        code, key(), OfficerAssignment(officer=officer, seat="township", unit=TOWN)
    )
    seats = eic.registers.list_rows(
        "r4-seats", columns={"enterprise": code}, min_position=posted.position, prefer="wait=5"
    )
    seats = [seat.actual_instance for seat in seats.items]
    assert any(seat["officer"] == officer for seat in seats), seats


def resumed(own, eic, code):
    receipt = own.enterprises.report_resumption(code, key(), ResumptionReport(resumed_on=date(2020, 3, 30), on_post=48))
    assert "resumption-resumed" in [event.type for event in receipt.events], receipt
    sections = {f"P{number}": "已落实" for number in range(1, 7)}
    own.enterprises.draft_plan(
        code,
        key(),
        PlanDraft(
            sections=sections, five_musts=["M1", "M2", "M3", "M4", "M5"], emergency="立即隔离并上报"
        ),
    )
    entry = eic.enterprises.read_enterprise(code, min_position=receipt.position, prefer="wait=5")
    assert entry.production_state == "resumed", entry


def inspected(eic, own, code):
    subjects = ["protection", "responsibility"]
    opened = eic.inspections.open_inspection_with_http_info(
        key(), InspectionOpening(enterprise=code, kind="full", subjects=subjects)
    )
    found = eic.inspections.record_finding_with_http_info(
        opened.data.id,
        key(),
        FindingRecord(
            category="measures_not_in_place",
            facts="车间未测温",
            severity="ordinary",
            subject="protection",
        ),
    )
    finding = f"{opened.data.id}.1"
    eic.inspections.close_inspection(
        opened.data.id, key(), found.headers["etag"], InspectionClosure(result_codes=["to_order"])
    )
    ordered = eic.orders.order_rectification_with_http_info(
        key(),
        RectificationOrder(
            enterprise=code,
            findings=[finding],
            measures="设置测温点并登记",
            responsible="张某（副总经理）",
            supervisor=f"OFF-{code[-6:]}",
            working_days=3,
        ),
    )
    order, version = ordered.data.id, ordered.headers["etag"]
    refused(412, "VERSION_CONFLICT", eic.orders.serve_order, order, key(), '"99"')
    served = eic.orders.serve_order_with_http_info(order, key(), version)
    done = own.orders.report_order_done_with_http_info(
        order, key(), served.headers["etag"], CompletionReport(evidence=[])
    )
    eic.orders.reinspect_order(order, key(), done.headers["etag"], Reinspection(result="complied"))
    record = eic.orders.read_order(order)
    assert record.state.actual_instance.state == "complied", record


def helped(own, eic, hrss, code):
    raised = own.support.raise_support_case(
        key(), SupportCase(category="labour", enterprise=code, text="缺操作工12人")
    )
    eic.support.assign_support_case(raised.id, key(), SupportAssignment(department="hrss", due=date(2020, 4, 2)))
    hrss.support.resolve_support_case(raised.id, key(), SupportResolution(text="12人全部到岗"))
    own.support.confirm_support_case(raised.id, key(), SupportConfirmation(satisfied=True))


def read_back(eic, other, code):
    told, cursor = [], None
    while True:
        page = eic.enterprises.read_timeline(code, limit=5, cursor=cursor)
        told.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    sentences = [line.sentence for line in told]
    assert any("复工" in sentence for sentence in sentences), sentences
    # What may not be seen is not there.
    refused(404, "NOT_FOUND", other.enterprises.read_enterprise, code)
    events = eic.events.list_events(enterprise=code, limit=200).items
    assert [line.position for line in told] == [event.position for event in events]
    print(len(told), "events")


if __name__ == "__main__":
    main(*sys.argv[1:])
