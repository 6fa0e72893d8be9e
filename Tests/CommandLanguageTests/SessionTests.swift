import CommandLanguage
import Testing

@Suite struct SessionTests {
    @Test func aFailingStatementLeavesVariablesAsTheyWere() {
        let session = TestSession()
        session.run("x = 1; p = people")
        #expect(session.run("for i in 1..3 { x = i; extend p weight; fail }") is Diagnostic)
        session.run("x; p")
        #expect(session.console.shown == ["1", "5 people"])
        #expect(session.interpreter.context.variables.map(\.name) == ["p", "x"])
    }

    @Test func statementsBeforeTheFailingOneKeepTheirVariables() {
        let session = TestSession()
        #expect(session.run("x = 1\ny = fail\nz = 3") is Diagnostic)
        #expect(session.interpreter.context.variables.map(\.name) == ["x"])
    }

    @Test func aFailingFunctionLeavesNoneOfItsVariables() {
        let session = TestSession()
        session.run("def f(a) { b = a; return b[2] }\nf([1])")
        #expect(session.interpreter.context.variables.map(\.name) == ["f"])
    }

    @Test func anInterruptionStopsACommandAndKeepsVariables() {
        let session = TestSession()
        session.run("x = 5")
        // One question is asked before the statement, then one at each step.
        session.console.interruptsAfter = 4
        #expect(session.run("x = work") is Interruption)
        #expect(session.console.bars == ["work 0.0", "work 0.1", "work 0.2"])
        session.run("x")
        #expect(session.console.shown == ["5"])
    }

    @Test func anInterruptionStopsALoop() {
        let session = TestSession()
        session.console.interruptsAfter = 1000
        #expect(session.run("for i in 1..1000000000 { x = i }") is Interruption)
        #expect(session.interpreter.context.variables.isEmpty)
    }

    @Test func jsonIsOneObjectALineAtFullPrecision() {
        let session = TestSession()
        session.interpreter.context.settings.output = .json
        session.run("print 1/3, 0/0, \"a\\n\\\"b\\\"\"; people; [1, missing, true]; tune")
        #expect(
            session.console.shown == [
                "{\"value\":0.3333333333333333}", "{\"value\":null}", "{\"value\":\"a\\n\\\"b\\\"\"}",
                "{\"patients\":5,\"extra\":[],\"nothing\":null,\"first\":{\"age\":50}}",
                "{\"value\":[1,null,true]}",
                "{\"value\":\"0.0005 20 all none false none joint false\"}",
            ])
    }

    @Test func notesGoToTheSideAndResultsAreShownOnce() {
        let session = TestSession()
        session.run("p = people\nx = fit p ~ age\nfit p ~ age ties=breslow")
        #expect(session.console.told == ["note: age, efron", "note: age, breslow"])
        #expect(session.console.shown == ["[\"age - age 5\"]"])
    }
}
