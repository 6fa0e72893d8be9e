import CommandLanguage
import Testing

@Suite struct PrintingTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.75412, "0.7541"), (12.3456, "12.35"), (123456.7, "123457"), (0.5, "0.5"),
            (0.00012346, "0.0001235"), (0.000012346, "1.235e-5"), (1e15, "1e15"), (1.5e20, "1.5e20"),
            (99999.96, "100000"),
            (0.99999, "1"), (-0.00001, "-1e-5"), (.nan, "–"), (.infinity, "inf"), (-.infinity, "-inf"),
        ] as [(Double, String)])
    func numbersHaveFourSignificantDigits(_ value: Double, _ text: String) {
        #expect(formatNumber(value) == text)
    }

    @Test func fixedNumbersAndPValues() {
        #expect(formatFixed(1, decimals: 3) == "1.000")
        #expect(formatFixed(-0.0001, decimals: 2) == "0.00")
        #expect(formatFixed(.nan, decimals: 2) == "–")
        #expect(formatPValue(0.03125) == "0.0312")
        #expect(formatPValue(0.00009) == "<0.0001")
        #expect(formatPValue(0.0001) == "0.0001")
        #expect(formatPValue(1) == "1.0000")
        #expect(formatPValue(.nan) == "–")
    }

    @Test func countsAgreeWithTheirNouns() {
        #expect(counted(1, "patient") == "1 patient")
        #expect(counted(0, "patient") == "0 patients")
        #expect(counted(2, "covariate", plural: "covariata") == "2 covariata")
    }

    @Test func widthsAreThoseOfATerminal() {
        #expect(displayWidth("abc") == 3)
        #expect(displayWidth("naïve") == 5)
        #expect(displayWidth("nai\u{308}ve") == 5)
        #expect(displayWidth("生存") == 4)
        #expect(displayWidth("±") == 1)
        #expect(truncated("生存分析", to: 5) == "生存…")
        #expect(padded("é", to: 3) + "|" == "é  |")
    }

    @Test func tablesAlignWordsLeftAndNumbersRight() {
        var table = TextTable([.text("group"), .number("n"), .number("median")])
        table.add(["stage 生", "5", "12.50"])
        table.add(["II", "120", "–"])
        #expect(
            table.text(width: 80) == """
                group       n  median
                ─────────────────────
                stage 生    5   12.50
                II        120       –
                """)
    }

    @Test func wideTablesCutWordsAndNeverNumbers() {
        var table = TextTable([.text("a long title"), .number("n")])
        table.add(["some words that go on", "123456"])
        #expect(table.text(width: 18) == "a long ti…       n\n──────────────────\nsome word…  123456")
        #expect(table.text(width: 3).hasSuffix("some wo…  123456"))
    }

    @Test func wordsWrapAndKeepTheirIndent() {
        #expect(wrapped("  one two three\nfour", to: 9) == "  one two\n  three\nfour")
    }

    @Test func longSentencesWrapAndTablesStay() {
        let text = "C-index 0.63, standard error 0.04\n  one  0.6358  0.0387  0.7  0.8\nshort"
        #expect(
            wrappedSentences(text, to: 20)
                == "C-index 0.63,\nstandard error 0.04\n  one  0.6358  0.0387  0.7  0.8\nshort")
        #expect(wrappedSentences(text, to: 40) == text)
    }

    @Test func jsonReadsBackAndHasNoNaN() {
        let json = JSON.object([
            ("b", .numbers([0.1, 1e300, .nan, .infinity, -0.0, 3])), ("a\"\u{1}", .string("é\n\\")), ("c", .null),
        ])
        #expect(json.line == "{\"b\":[0.1,1e+300,null,null,-0.0,3],\"a\\\"\\u0001\":\"é\\n\\\\\",\"c\":null}")
        #expect(json["c"] == .null)
        #expect(json["d"] == nil)
    }
}
