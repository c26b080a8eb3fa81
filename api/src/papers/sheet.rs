//! A sheet of A4 as HTML, laid out as papers of offices are (GB/T 9704 in its sizes and fonts).

use std::fmt::Write as _;

use fugong_core::Position;
use qrcode::{EcLevel, QrCode, types::Color};
use uuid::Uuid;

use super::{day, facts::Addressee};

/// Where a paper comes from.
pub(super) struct Proof {
    pub(super) event: Uuid,
    pub(super) position: Position,
    /// That the event is in the log; none if no checkpoint covers it.
    pub(super) text: Option<String>,
    /// The last checkpoint; none if the log is not sealed.
    pub(super) note: Option<String>,
    /// The last event of which the paper knows, if not every one.
    pub(super) known: Option<Position>,
}

const STYLE: &str = "\
@page{size:A4;margin:20mm 22mm 12mm 24mm}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:164mm;color:#000;background:#fff;\
font:12.5pt/1.62 仿宋_GB2312,FangSong,仿宋,STFangsong,\"Noto Serif CJK SC\",serif}\
header{text-align:center}\
.unit{font:16pt/1.5 小标宋体,方正小标宋简体,SimSun,宋体,\"Noto Serif CJK SC\",serif;color:#c00;\
letter-spacing:.08em;border-bottom:.7mm solid #c00;padding-bottom:1.5mm}\
h1{font:bold 20pt/1.5 黑体,SimHei,\"Noto Sans CJK SC\",sans-serif;letter-spacing:.12em;margin:5mm 0 1mm}\
.number{margin:0 0 3mm}\
p{margin:0;text-indent:2em;text-align:justify}\
p.to{text-indent:0;font-weight:bold}\
p.ended{text-indent:0;border:.4mm solid #000;padding:1.5mm 2.5mm;margin:0 0 3mm;\
font-family:黑体,SimHei,\"Noto Sans CJK SC\",sans-serif}\
ol{margin:0;padding-left:3.4em}ol li{white-space:pre-line;text-align:justify}\
.signed{margin:7mm 0 0;text-align:right;line-height:1.9}\
.seal{display:inline-block;min-width:62mm;text-align:center}\
table{width:100%;border-collapse:collapse;margin-top:4mm}\
th,td{border:.3mm solid #000;padding:2.2mm 2.5mm;text-align:left;vertical-align:middle;height:15mm}\
th{width:44mm;font-family:黑体,SimHei,\"Noto Sans CJK SC\",sans-serif;font-weight:normal}\
footer{display:flex;gap:4mm;align-items:center;margin-top:6mm;padding-top:2mm;border-top:.2mm solid #000;\
font:7.5pt/1.45 宋体,SimSun,\"Noto Serif CJK SC\",serif;break-inside:avoid}\
footer svg{flex:none;width:38mm;height:38mm}\
footer code{font-family:\"DejaVu Sans Mono\",Consolas,monospace;word-break:break-all}\
@media screen{body{padding:12mm 0}}";

/// A sheet while it is written.
pub(super) struct Sheet(String);

impl Sheet {
    pub(super) fn new(title: &str, unit: &str, number: Option<&str>) -> Self {
        let number = match number {
            Some(number) => format!("<div class=\"number\">{}</div>", escaped(number)),
            None => String::new(),
        };
        let (title, unit) = (escaped(title), escaped(unit));
        Self(format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <header><div class=\"unit\">{unit}</div><h1>{title}</h1>{number}</header>\n"
        ))
    }

    pub(super) fn addressee(&mut self, to: &Addressee) {
        let (name, code) = (escaped(&to.name), escaped(&to.code));
        self.put(&format!("<p class=\"to\">{name}（统一社会信用代码：{code}）：</p>"));
    }

    /// Above all else, that it no longer says what holds.
    pub(super) fn ended(&mut self, how: Option<&str>) {
        if let Some(how) = how {
            self.put(&format!("<p class=\"ended\">提示：{}</p>", escaped(how)));
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.put(&format!("<p>{}</p>", escaped(text)));
    }

    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.put("<ol>");
        for item in items {
            self.put(&format!("<li>{}</li>", escaped(item.as_ref())));
        }
        self.put("</ol>");
    }

    pub(super) fn table(&mut self, rows: impl IntoIterator<Item = (&'static str, String)>) {
        self.put("<table>");
        for (head, text) in rows {
            let (head, text) = (escaped(head), escaped(&text));
            self.put(&format!("<tr><th>{head}</th><td>{text}</td></tr>"));
        }
        self.put("</table>");
    }

    /// Where it is signed and sealed.
    pub(super) fn signed(&mut self, unit: &str, on: chrono::NaiveDate) {
        let (unit, on) = (escaped(unit), day(on));
        self.put(&format!(
            "<div class=\"signed\"><span class=\"seal\">{unit}<br>（印章）<br>{on}</span></div>"
        ));
    }

    /// The whole, with where it comes from.
    pub(super) fn end(mut self, proof: &Proof) -> String {
        let (event, position) = (proof.event, proof.position);
        let known = proof.known.map(|at| format!("按第 {at} 号事件记录之时的情况打印。"));
        let about = format!("本文书依据日志第 {position} 号事件（{event}）生成。");
        let about = format!("{about}{}", known.unwrap_or_default());
        let (code, what) = match (&proof.text, &proof.note) {
            (Some(text), _) => (
                qr(text),
                "二维码为该事件的存证证明（C2SP tlog-proof），可用 fugong-verify proof 离线核对。"
                    .to_owned(),
            ),
            (None, Some(_)) => (None, "该事件尚未列入检查点。".to_owned()),
            (None, None) => (None, "日志尚未签署检查点，本文书没有存证证明。".to_owned()),
        };
        // What the proof leads to, or the last there is.
        let note = proof.text.as_deref().and_then(|text| Some(text.split_once("\n\n")?.1));
        let note = note.or(proof.note.as_deref());
        let mut lines = note.unwrap_or_default().lines();
        let checkpoint = match (lines.next(), lines.next(), lines.next()) {
            (Some(origin), Some(size), Some(root)) => format!(
                "<br>检查点：<code>{}</code>，{} 个事件，根散列 <code>{}</code>",
                escaped(origin),
                escaped(size),
                escaped(root)
            ),
            _ => String::new(),
        };
        let code = code.unwrap_or_default();
        self.put(&format!("<footer>{code}<div>{about}{what}{checkpoint}</div></footer>"));
        self.0.push_str("</body>\n</html>\n");
        self.0
    }

    fn put(&mut self, html: &str) {
        self.0.push_str(html);
        self.0.push('\n');
    }
}

/// A text as a QR code; none if it is too long for one.
fn qr(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (n, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (n.checked_rem(width)?, n.checked_div(width)?);
            // Writing to a text cannot fail. Four modules around it stay white.
            let _infallible =
                write!(path, "M{} {}h1v1h-1z", x.saturating_add(4), y.saturating_add(4));
        }
    }
    let whole = width.saturating_add(8);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {whole}\" \
         shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"存证证明\">\
         <path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

/// A text within HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
