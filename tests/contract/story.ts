// A whole story by the generated TypeScript client, as story.py has it by the Python one.
//
//     node story.js http://127.0.0.1:8080 CODE

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import {
  Configuration,
  EnterprisesApi,
  EventsApi,
  InspectionsApi,
  OfficersApi,
  RectificationOrdersApi,
  RegistersApi,
  ResponseError,
  SupportCasesApi,
} from "./client";

const TOWN = "500114106";

/** Somebody of a unit, with the operations that he needs. */
class Office {
  readonly enterprises: EnterprisesApi;
  readonly events: EventsApi;
  readonly inspections: InspectionsApi;
  readonly officers: OfficersApi;
  readonly orders: RectificationOrdersApi;
  readonly registers: RegistersApi;
  readonly support: SupportCasesApi;

  constructor(basePath: string, unit: string, role: string) {
    const settings = new Configuration({ basePath, accessToken: `dev:${role}-of-${unit}:${unit}:${role}` });
    this.enterprises = new EnterprisesApi(settings);
    this.events = new EventsApi(settings);
    this.inspections = new InspectionsApi(settings);
    this.officers = new OfficersApi(settings);
    this.orders = new RectificationOrdersApi(settings);
    this.registers = new RegistersApi(settings);
    this.support = new SupportCasesApi(settings);
  }
}

/** The version that a decision after this answer rests on. */
function version(answer: { raw: Response }): string {
  const tag = answer.raw.headers.get("etag");
  assert(tag, "an act tells the version of what it is about");
  return tag;
}

/** What is refused is refused with its code, as the contract has it. */
async function refused(status: number, code: string, act: Promise<unknown>): Promise<void> {
  const why = await act.then(
    () => assert.fail(`${code} was expected`),
    (why: unknown) => why,
  );
  assert(why instanceof ResponseError, String(why));
  assert.equal(why.response.status, status);
  assert.equal(((await why.response.json()) as { code: string }).code, code);
}

async function listed(eic: Office, town: Office, uscc: string): Promise<void> {
  const told = {
    idempotencyKey: randomUUID(),
    enterpriseRegistration: {
      uscc,
      name: "黔江区示例建材有限公司（虚构）",
      townshipCode: TOWN,
      industryCode: "3031",
      aboveScale: true,
    },
  };
  const first = await eic.enterprises.registerEnterprise(told);
  assert.equal(first.events[0]?.type, "enterprise-registered");
  // A network that lost the answer: the same key gets the same receipt.
  assert.deepEqual(await eic.enterprises.registerEnterprise(told), first);
  const officer = `OFF-${uscc.slice(-6)}`;
  await eic.officers.enrolOfficer({
    idempotencyKey: randomUUID(),
    officerEnrolment: { id: officer, name: "李某", phone: "13000000002", unit: TOWN },
  });
  const posted = await town.enterprises.assignOfficer({
    uscc,
    idempotencyKey: randomUUID(),
    officerAssignment: { officer, seat: "township", unit: TOWN },
  });
  const seats = await eic.registers.listRows({
    name: "r4-seats",
    columns: { enterprise: uscc },
    minPosition: posted.position,
    prefer: "wait=5",
  });
  assert(JSON.stringify(seats.items).includes(officer), "the seat is filled");
}

async function resumed(own: Office, eic: Office, uscc: string): Promise<void> {
  const receipt = await own.enterprises.reportResumption({
    uscc,
    idempotencyKey: randomUUID(),
    resumptionReport: { resumedOn: new Date("2020-03-30") },
  });
  assert(receipt.events.some((event) => event.type === "resumption-resumed"));
  const entry = await eic.enterprises.readEnterprise({ uscc, minPosition: receipt.position, prefer: "wait=5" });
  assert.equal(entry.productionState, "resumed");
}

async function inspected(eic: Office, own: Office, uscc: string): Promise<void> {
  const opened = await eic.inspections.openInspection({
    idempotencyKey: randomUUID(),
    inspectionOpening: { enterprise: uscc, kind: "full", subjects: ["protection"] },
  });
  const { id } = opened;
  const found = await eic.inspections.recordFindingRaw({
    id,
    idempotencyKey: randomUUID(),
    findingRecord: {
      category: "measures_not_in_place",
      facts: "车间未测温",
      severity: "ordinary",
      subject: "protection",
    },
  });
  await eic.inspections.closeInspection({
    id,
    idempotencyKey: randomUUID(),
    ifMatch: version(found),
    inspectionClosure: { resultCodes: ["to_order"] },
  });
  const ordered = await eic.orders.orderRectificationRaw({
    idempotencyKey: randomUUID(),
    rectificationOrder: {
      enterprise: uscc,
      findings: [`${id}.1`],
      measures: "设置测温点并登记",
      responsible: "李某（副总经理）",
      supervisor: `OFF-${uscc.slice(-6)}`,
      workingDays: 3,
    },
  });
  const order = (await ordered.value()).id;
  const serve = (ifMatch: string) => eic.orders.serveOrderRaw({ id: order, idempotencyKey: randomUUID(), ifMatch });
  await refused(412, "VERSION_CONFLICT", serve('"99"'));
  const served = await serve(version(ordered));
  const done = await own.orders.reportOrderDoneRaw({
    id: order,
    idempotencyKey: randomUUID(),
    ifMatch: version(served),
    completionReport: { evidence: [] },
  });
  await eic.orders.reinspectOrder({
    id: order,
    idempotencyKey: randomUUID(),
    ifMatch: version(done),
    reinspection: { result: "complied" },
  });
  const record = await eic.orders.readOrder({ id: order });
  assert.equal(record.state.state, "complied");
}

async function helped(own: Office, eic: Office, hrss: Office, uscc: string): Promise<void> {
  const { id } = await own.support.raiseSupportCase({
    idempotencyKey: randomUUID(),
    supportCase: { category: "labour", enterprise: uscc, text: "缺操作工12人" },
  });
  const key = () => ({ id, idempotencyKey: randomUUID() });
  const due = new Date("2020-04-02");
  await eic.support.assignSupportCase({ ...key(), supportAssignment: { department: "hrss", due } });
  await hrss.support.resolveSupportCase({ ...key(), supportResolution: { text: "12人全部到岗" } });
  await own.support.confirmSupportCase({ ...key(), supportConfirmation: { satisfied: true } });
}

async function readBack(eic: Office, other: Office, uscc: string): Promise<void> {
  const positions: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await eic.enterprises.readTimeline({ uscc, limit: 5, cursor });
    positions.push(...page.items.map((line) => line.position));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  // What may not be seen is not there.
  await refused(404, "NOT_FOUND", other.enterprises.readEnterprise({ uscc }));
  const events = await eic.events.listEvents({ enterprise: uscc, limit: 200 });
  assert.deepEqual(
    events.items.map((event) => event.position),
    positions,
  );
}

async function main(base: string, uscc: string): Promise<void> {
  const [eic, own] = [new Office(base, "eic", "commission"), new Office(base, uscc, "enterprise")];
  await listed(eic, new Office(base, TOWN, "township"), uscc);
  await resumed(own, eic, uscc);
  await inspected(eic, own, uscc);
  await helped(own, eic, new Office(base, "hrss", "department"), uscc);
  await readBack(eic, new Office(base, "91500114MAYY01045Q", "enterprise"), uscc);
}

const [base, uscc] = process.argv.slice(2);
assert(base && uscc, "usage: story.js BASE CODE");
main(base, uscc).catch((why: unknown) => {
  console.error(why);
  process.exitCode = 1;
});
