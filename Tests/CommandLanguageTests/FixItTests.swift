import CommandLanguage
import Testing

@Suite("Fix-its") struct FixItTests {
    private func repair(_ text: String) -> Script.Repair {
        Script.repair(SourceFile(name: "test", text: text), commands: CommandRegistry(sampleCommands))
    }

    @Test func putRightWhatTheCheckFinds() {
        let repair = repair(
            """
            p <- peple
            each p by=1-dead
            tune stps=3 schedule=jont
            if 1 < 2 && true { prnt 2**3 }
            """)
        #expect(
            repair.text == """
                p = people
                each p by=(1-dead)
                tune steps=3 schedule=joint
                if 1 < 2 and true { print 2^3 }
                """)
        #expect(repair.remaining.map(\.message) == [])
        #expect(repair.applied.count == 8)
    }

    @Test func leaveTheRestAsItIs() {
        let repair = repair("x = quux\nprnt x")
        #expect(repair.text == "x = quux\nprint x")
        #expect(repair.remaining.map(\.message) == ["there is no variable `quux`"])
    }

    /// A word in the place of a sign does not grow together with what it stands beside.
    @Test func wordsStandApart() {
        #expect(repair("a = true\nif !a { print 1 }").text == "a = true\nif not a { print 1 }")
        #expect(repair("a = true\nb = a&&!a||(!(a))").text == "a = true\nb = a and not a or (not (a))")
    }

    /// One letter is not another.
    @Test func aSingleLetterIsNoSlip() {
        let repair = repair("k = 3\nprint n * 2")
        #expect(repair.text == "k = 3\nprint n * 2")
        #expect(repair.remaining.map(\.message) == ["there is no variable `n`"])
    }
}
