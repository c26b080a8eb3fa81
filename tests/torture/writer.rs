//! A client that insists, and sometimes hangs up.

use std::{thread, time::Instant};

use serde_json::{Value, json};

use super::{
    client::{Answer, abandon, get_since, post},
    fleet::Fleet,
    life::{code, life},
    tail::{PATIENCE, PAUSE},
};

/// One of many who write.
pub(super) struct Writer<'a> {
    fleet: &'a Fleet<'a>,
    number: usize,
    /// What it was told, in the order of its acts.
    pub(super) told: Vec<Told>,
    /// How many requests it hung up on.
    pub(super) abandoned: u32,
    chance: u64,
}

/// An act and its receipt.
pub(super) struct Told {
    path: String,
    key: String,
    body: Value,
    /// The receipt, word for word.
    pub(super) receipt: Value,
}

impl<'a> Writer<'a> {
    pub(super) fn new(fleet: &'a Fleet<'a>, number: usize) -> Self {
        let chance = u64::try_from(number).unwrap();
        Self { fleet, number, told: Vec::new(), abandoned: 0, chance }
    }

    /// One more enterprise's life, with a word on a difficulty that all writers share; `meanwhile`
    /// is called after each act.
    pub(super) fn live(&mut self, shared: &[String], meanwhile: impl Fn()) {
        let n = self.told.len();
        let mut last = String::new();
        let place = self.number * 100_000 + n;
        for (path, body) in life(u64::try_from(place).unwrap()) {
            last = self.act(&path.replace("{last}", &last), body);
            meanwhile();
        }
        let case = &shared[n % shared.len()];
        let word = json!({"text": format!("第{place}次催办。")});
        self.act(&format!("/v1/support-cases/{case}/progress"), word);
        meanwhile();
        self.look(&code(u64::try_from(place).unwrap()));
    }

    /// Acts until it is told a receipt: the id in it. Every tenth request is hung up on before.
    pub(super) fn act(&mut self, path: &str, body: Value) -> String {
        let key = format!("t-{}-{}", self.number, self.told.len());
        if self.chance(10) == 0 && abandon(self.port(0), path, &key, &body).is_ok() {
            self.abandoned += 1;
        }
        let mut told = Told { path: path.to_owned(), key, body, receipt: Value::Null };
        let answer = self.insist(&told);
        told.receipt = answer.body;
        let id = told.receipt["id"].as_str().unwrap().to_owned();
        self.told.push(told);
        id
    }

    /// Asks again for each `step`-th: its receipt is told word for word, and nothing is done.
    pub(super) fn ask_again(&mut self, all: &[Told], step: usize) {
        for told in all.iter().step_by(step) {
            let answer = self.insist(told);
            assert!(answer.replayed, "{} was done again: {}", told.key, answer.body);
            assert_eq!(answer.body, told.receipt, "{}", told.key);
        }
    }

    /// Another process, asked for what was just acknowledged, has it in its register.
    fn look(&mut self, enterprise: &str) {
        let last = &self.told[self.told.len() - 1].receipt["position"];
        let last = last.as_str().unwrap().to_owned();
        let path = format!("/v1/registers/r9/rows?enterprise={enterprise}");
        let answer = self.until_answered(|port| get_since(port, &path, &last));
        let items = answer.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{enterprise} at {last}: {}", answer.body);
        assert_eq!(items[0]["state"], "assigned", "{}", answer.body);
    }

    fn insist(&mut self, told: &Told) -> Answer {
        self.until_answered(|port| post(port, &told.path, &told.key, &told.body))
    }

    /// Asks one process after the other, the next one first, until one has answered.
    fn until_answered(&mut self, ask: impl Fn(u16) -> std::io::Result<Answer>) -> Answer {
        let began = Instant::now();
        let mut attempt = 1;
        loop {
            match ask(self.port(attempt)) {
                Ok(answer) if matches!(answer.status, 200 | 201) => return answer,
                Ok(answer) => {
                    let code = answer.body["code"].as_str().unwrap_or_default();
                    let later = ["UNAVAILABLE", "IN_FLIGHT", "RATE_LIMITED", "REGISTER_BEHIND"];
                    assert!(later.contains(&code), "{}: {}", answer.status, answer.body);
                }
                // The process was killed, or will be ready in a moment.
                Err(_) => {}
            }
            assert!(began.elapsed() < PATIENCE, "{} gets no answer", self.number);
            attempt += 1;
            thread::sleep(PAUSE);
        }
    }

    fn port(&self, attempt: usize) -> u16 {
        self.fleet.port(self.number + attempt)
    }

    /// One of so many, by chance.
    fn chance(&mut self, of: u64) -> u64 {
        let next = self.chance.wrapping_mul(6_364_136_223_846_793_005);
        self.chance = next.wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % of
    }
}
