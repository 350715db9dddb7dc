use super::*;

fn shown(text: &str) -> String {
    html(text, |mention| matches!(mention, Mention::Member(handle) if handle == "ada"))
        .trim_end()
        .replace("<br>\n", "<br>")
}

#[test]
fn markdown_is_shown_as_it_is_meant() {
    for (text, expected) in [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("**a** _b_ ~~c~~ `d<e`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d&lt;e</code></p>"),
        ("# Big\n###### Small", "<h4>Big</h4><h6>Small</h6>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
        ("- [ ] a\n- [x] b", "<ul><li>☐ a</li><li>☑ b</li></ul>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("```rust\nlet a = \"<b>\";\n```", "<pre><code>let a = &quot;&lt;b&gt;&quot;;\n</code></pre>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        (
            "|a|b|\n|-|-|\n|1|2|",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        (
            "[site](https://x.org/?a=1&b=2 \"title\")",
            "<p><a href=\"https://x.org/?a=1&amp;b=2\" rel=\"nofollow noopener\">site</a></p>",
        ),
        ("<bo@x.org>", "<p><a href=\"mailto:bo@x.org\" rel=\"nofollow noopener\">bo@x.org</a></p>"),
        ("see https://x.org.", "<p>see <a href=\"https://x.org\" rel=\"nofollow noopener\">https://x.org</a>.</p>"),
        (
            "![a cat](https://x.org/cat.png)",
            "<p><a href=\"https://x.org/cat.png\" rel=\"nofollow noopener\">a cat</a></p>",
        ),
        (
            "![](https://x.org/cat.png)",
            "<p><a href=\"https://x.org/cat.png\" rel=\"nofollow noopener\">https://x.org/cat.png</a></p>",
        ),
        (
            "[![cat](https://x.org/c.png)](https://x.org)",
            "<p><a href=\"https://x.org\" rel=\"nofollow noopener\">cat</a></p>",
        ),
        ("@ada and @bo", "<p><span class=\"mention\">@ada</span> and @bo</p>"),
        (
            "`@ada` [@ada](https://x.org)",
            "<p><code>@ada</code> <a href=\"https://x.org\" rel=\"nofollow noopener\">@ada</a></p>",
        ),
        ("@ada_b", "<p>@ada_b</p>"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn nothing_hostile_gets_through() {
    for text in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick=\"alert(1)\">\n\nx\n\n</div>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java\nscript:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](javascript&colon;alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](\u{1}javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "[a](file:///etc/passwd)",
        "[a](//evil.example)",
        "[a](/logout)",
        "![a](javascript:alert(1))",
        "[a][r]\n\n[r]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "[a](https://x.org/\"onmouseover=\"alert(1))",
        "https://x.org/\"onmouseover=\"alert(1)",
        "[\"><script>](https://x.org \"\\\"><script>\")",
        "`</code><script>`",
        "```\"><script>\n</code></pre><script>\n```",
        "| <script> |\n|-|\n| </td><script> |",
        "@ada<script>",
        "<!-- --><script>",
        "<![CDATA[<script>]]>",
        "<?php echo 1 ?>",
        "&lt;script&gt;<script>",
        "\0<script>\u{0}",
        "<style>*{display:none}</style>",
        "<svg/onload=alert(1)>",
        "<a href=\"https://x.org\" style=\"position:fixed\">x</a>",
    ] {
        let html = shown(text);
        let without_ours = html.replace("<a href=\"https://x.org", "");
        let tags: Vec<&str> = without_ours.split('<').skip(1).filter_map(|tag| tag.split(['>', ' ']).next()).collect();
        let allowed = ["p", "/p", "code", "/code", "pre", "/pre", "/a", "span", "/span", "br"];
        let table = ["table", "/table", "thead", "/thead", "tbody", "/tbody", "tr", "/tr", "th", "/th", "td", "/td"];
        let foreign: Vec<_> = tags.iter().filter(|tag| !allowed.contains(tag) && !table.contains(tag)).collect();
        assert!(foreign.is_empty(), "{text:?}: {foreign:?} in {html}");
        for attribute in html.split('<').filter_map(|tag| tag.split('>').next()).filter(|tag| tag.starts_with("a ")) {
            assert_eq!(attribute.matches('"').count(), 4, "{text:?}: {html}");
        }
    }
}

#[test]
fn depth_has_an_end() {
    for deep in ["> ".repeat(5_000) + "a", "- ".repeat(5_000) + "a", "*a **b ".repeat(3_000), "[".repeat(5_000)] {
        let html = shown(&deep);
        let (mut depth, mut deepest) = (0_i64, 0);
        for tag in html.split('<').skip(1) {
            depth +=
                if tag.starts_with('/') { -1 } else { i64::from(!tag.starts_with("br") && !tag.starts_with("hr")) };
            deepest = deepest.max(depth);
        }
        assert_eq!(depth, 0, "what is opened is closed");
        assert!(deepest <= 42, "{deepest}");
    }
}

#[test]
fn code_and_links_mention_nobody() {
    for (text, expected) in [
        ("@Ada, @bo and @ada again: #web", "@ada @bo #web"),
        ("`@ada` and\n\n```\n@bo\n#include\n```", ""),
        ("[@ada](https://x.org) https://x.org/@bo", ""),
        ("**@ada** _#web_", "@ada #web"),
        ("# @ada\n> #web\n\n- @bo", "@ada #web @bo"),
        ("ada@example.org &#35;web", "#web"),
        ("#payments", "#payments"),
    ] {
        let found = mentions(text).into_iter().map(|mention| match mention {
            Mention::Member(handle) => format!("@{handle}"),
            Mention::Team(slug) => format!("#{slug}"),
        });
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{text}");
    }
    let many: String = (0..200).map(|number| format!("@a{number} ")).collect();
    assert_eq!(mentions(&many).len(), MENTIONS_MAX);
}
