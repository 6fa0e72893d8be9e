import CommandLanguage
import Testing

@Suite struct CheckerTests {
    @Test func runsNothing() {
        let session = TestSession()
        #expect(session.check("print 1\nx = fail\nassert false") == [])
        #expect(session.console.shown.isEmpty)
    }

    @Test func knowsTheVariablesOfTheSession() {
        let session = TestSession()
        session.run("p = people; n = 3; def f(a) { return a }")
        #expect(session.check("each p by=age; f(n)") == [])
        #expect(session.check("each n by=age") == ["1:6 `people` must be a group, not a number"])
        #expect(session.check("f()") == ["1:1 `f` needs `a`"])
    }

    @Test func followsTypesThroughBindings() {
        let session = TestSession()
        #expect(session.check("x = people\nx = tune\neach x by=1") == ["3:6 `people` must be a group, not a string"])
        // After a branch or a loop the type may be either.
        #expect(session.check("x = people\nif 1 < 2 { x = tune }\neach x by=1") == [])
        #expect(session.check("x = people\nfor i in 1..2 { each x by=1; x = tune }") == [])
        #expect(session.check("x = tune\nfor i in 1..2 { if i == 2 { each x by=1 }; x = people }") == [])
        #expect(session.check("x = people\nextend x a\neach x by=1") == [])
    }

    @Test func namesInBranchesAndLoopsCountAsBound() {
        let session = TestSession()
        #expect(session.check("if true { a = 1 } else { b = 2 }\nfor i in 1..2 { c = i }\nprint a, b, c, i") == [])
    }

    @Test func functionsSeeWhatIsBoundLater() {
        let session = TestSession()
        #expect(session.check("def f() { return later + g(1) }\nlater = 1\ndef g(x) { return x }\nf()") == [])
        #expect(session.check("def f() { return never }") == ["1:18 there is no variable `never`"])
        #expect(
            session.check("def f() { inner = 1; return inner }\nprint inner") == ["2:7 there is no variable `inner`"])
    }

    @Test func aFileWhoseNameIsComputedMayBindAnything() {
        let session = TestSession()
        #expect(session.check("n = \"a\"\ninclude \"{n}.tta\"\nprint anything, f(2)") == [])
    }

    @Test func columnsAreCheckedWhereTheyAreKnown() {
        let session = TestSession()
        #expect(
            session.check("limit = 3\np = people\neach p by=(aeg > median(size) + limit)\nfit p ~ age + factor(b)")
                == ["3:12 there is no column or variable `aeg`", "4:22 there is no column or variable `b`"])
        // A failure that is expected may be just this one.
        #expect(session.check("p = people\nx = catch each p by=foo") == [])
        // A variable's columns are known at the prompt.
        session.run("q = people")
        #expect(session.check("each q by=foo") == ["1:11 there is no column or variable `foo`"])
    }

    @Test func listedColumnsAreCheckedWhereTheyAreKnown() {
        let session = TestSession()
        #expect(
            session.check("p = people\npick p columns=[age, aeg, \"sise\", \"s*\"]\npick p columns=stge")
                == [
                    "2:22 there is no column `aeg`", "2:27 there is no column `sise`", "3:16 there is no column `stge`",
                ])
        #expect(session.check("p = people\nx = [\"foo\"]\npick p columns=(x)\npick p columns=[\"{1 + 1}\"]") == [])
        #expect(session.check("def f(g) { return (pick g columns=[foo]) }") == [])
    }

    @Test func columnsAreLeftToTheRunWhereTheyAreNot() {
        let session = TestSession()
        // What a command makes of a group, and what a loop or a function's caller gives, is not known.
        #expect(session.check("p = people\nextend p weight\neach p by=weight") == [])
        #expect(session.check("def f(g) { return (each g by=foo) }\nfor g in [people()] { each g by=bar }") == [])
        #expect(
            session.check("def f(g) { return (each g by=(medain(a) > 1)) }")
                == ["1:31 there is no function or command `medain`"])
    }

    @Test func looksIntoEveryPartOfAStatement() {
        let found = TestSession().check(
            """
            x = [1, a]
            y = b if c else d
            print "{e}", f.g, x[h], not i
            def z(q=j) { return q }
            assert k, "{l}"
            for m in n { }
            tune rate=(o) schedule=(p)
            """)
        let names = "abcdefhijklnop".map { "there is no variable `\($0)`" }
        #expect(found.map { String($0.drop { $0 != " " }.dropFirst()) } == names)
    }

    @Test func declaresParametersForTheCommandLine() throws {
        let commands = CommandRegistry(sampleCommands)
        let text = "parameter epochs = 20\nparameter quick = false\nparameter data = \"a\"\nparameter n = 2 * 3"
        let parameters = Script.load(SourceFile(name: "test", text: text), commands: commands).parameters
        #expect(
            parameters.map { "\($0.name)=\($0.defaultText)" } == ["epochs=20", "quick=false", "data=\"a\"", "n=2 * 3"])
        #expect(parameters[0].complaint(about: "5", commands: commands) == nil)
        #expect(parameters[0].complaint(about: "ten", commands: commands) == "`epochs` must be a number, not \"ten\"")
        #expect(parameters[1].complaint(about: "1", commands: commands) == "`quick` must be a boolean, not \"1\"")
        #expect(parameters[2].complaint(about: "5", commands: commands) == nil)
        #expect(parameters[3].complaint(about: "anything", commands: commands) == nil)
    }
}
