use std::fmt;

/// A rule by which somebody may or may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// What a policy does is decided where the policy is.
    System,
    /// A resumption is reported by whoever knows of it (§四).
    Anybody,
    /// The first rules of a log are published before any rule can say who may.
    BeforeRules,
    /// The rule set of the day grants the act to the role.
    Granted,
    /// The role may look.
    Role,
    /// It is the district, or lies in it, and he acts for all of it.
    District,
    /// It lies in his unit's area.
    OwnArea,
    /// It is his own enterprise.
    OwnEnterprise,
    /// His unit has it in hand.
    OwnMatter,
    /// His unit gives it to those who have it in hand.
    Above,
    /// He took no part in what he decides on.
    AnotherPerson,
    /// It is about himself, or he began it.
    Oneself,
    /// The rule set of the day does not grant the act to the role.
    NotGranted,
    /// It is for other roles to look.
    AnotherRole,
    /// It is about the whole district, of which he acts for a part.
    NotTheDistrict,
    /// It lies in another unit's area.
    AnotherArea,
    /// It is another enterprise.
    AnotherEnterprise,
    /// Other units have it in hand.
    AnothersMatter,
    /// It is against his own unit.
    Accused,
    /// He took part in what is to be decided on.
    TookPart,
}

impl Rule {
    /// Every rule.
    pub const ALL: &'static [Self] = &[
        Self::System,
        Self::Anybody,
        Self::BeforeRules,
        Self::Granted,
        Self::Role,
        Self::District,
        Self::OwnArea,
        Self::OwnEnterprise,
        Self::OwnMatter,
        Self::Above,
        Self::AnotherPerson,
        Self::Oneself,
        Self::NotGranted,
        Self::AnotherRole,
        Self::NotTheDistrict,
        Self::AnotherArea,
        Self::AnotherEnterprise,
        Self::AnothersMatter,
        Self::Accused,
        Self::TookPart,
    ];

    /// Its stable id, as traces and the access log have it.
    pub fn code(self) -> &'static str {
        self.told().0
    }

    /// What it says, in Chinese.
    pub fn label_zh(self) -> &'static str {
        self.told().1
    }

    /// The rule with this id.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }

    /// Whether it lets in.
    pub fn allows(self) -> bool {
        match self {
            Self::System
            | Self::Anybody
            | Self::BeforeRules
            | Self::Granted
            | Self::Role
            | Self::District
            | Self::OwnArea
            | Self::OwnEnterprise
            | Self::OwnMatter
            | Self::Above
            | Self::AnotherPerson
            | Self::Oneself => true,
            Self::NotGranted
            | Self::AnotherRole
            | Self::NotTheDistrict
            | Self::AnotherArea
            | Self::AnotherEnterprise
            | Self::AnothersMatter
            | Self::Accused
            | Self::TookPart => false,
        }
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::System => ("system", "系统自动办理"),
            Self::Anybody => ("anybody", "复工报告不问职权"),
            Self::BeforeRules => ("before-rules", "规则发布之前"),
            Self::Granted => ("granted", "规则授予该角色"),
            Self::Role => ("role", "该角色可以查看"),
            Self::District => ("district", "职责及于全区"),
            Self::OwnArea => ("own-area", "本辖区企业"),
            Self::OwnEnterprise => ("own-enterprise", "本企业"),
            Self::OwnMatter => ("own-matter", "本单位承办"),
            Self::Above => ("above", "交办单位"),
            Self::AnotherPerson => ("another-person", "未参与前序环节"),
            Self::Oneself => ("oneself", "本人事项"),
            Self::NotGranted => ("not-granted", "规则未授予该角色"),
            Self::AnotherRole => ("another-role", "须由其他角色查看"),
            Self::NotTheDistrict => ("not-the-district", "职责不及于全区"),
            Self::AnotherArea => ("another-area", "其他辖区企业"),
            Self::AnotherEnterprise => ("another-enterprise", "其他企业"),
            Self::AnothersMatter => ("anothers-matter", "其他单位承办"),
            Self::Accused => ("accused", "涉及本单位，应当回避"),
            Self::TookPart => ("took-part", "参与过前序环节，应当回避"),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
