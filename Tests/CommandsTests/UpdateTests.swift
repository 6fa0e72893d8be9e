import Testing

/// `join`, `attach` and `folds` change the variable they name when they stand as statements, and nothing otherwise.
@Suite struct UpdateTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.write(
            "base.csv", "id,time,event,age\nP1,5,1,50\nP2,8,0,61\nP3,2,1,70\nP4,9,0,44\nP5,4,1,58\nP6,7,1,66\n")
        try bench.write("more.csv", "id,stage\nP1,I\nP2,II\nP3,III\nP4,I\n")
        try bench.run("a = cohort \"@/base.csv\" time=time event=event")
    }

    @Test(arguments: [
        "attach a clinical columns=[age]", "join a \"@/more.csv\"", "folds a k=3",
    ]) func asStatementsTheyRebind(_ statement: String) throws {
        let before = try bench.line("a")
        try bench.run("b = \(statement)")
        #expect(try bench.line("a") == before)
        let after = try bench.line("b")
        #expect(after != before)
        try bench.run(statement)
        #expect(try bench.line("a") == after)
        #expect(bench.interpreter.context.variables.map(\.name) == ["a", "b"])
    }

    @Test func theOriginalIsShareableWithinExpressions() throws {
        let before = try bench.line("a")
        try bench.run("t = train (model tta dim=4 prototypes=2) on=(attach a clinical columns=[age]) epochs=1")
        #expect(try bench.line("a") == before)
    }

    @Test func aSecondModalityOfTheNameReplacesTheFirst() throws {
        try bench.run("attach a clinical columns=[age]; join a \"@/more.csv\"; attach a clinical columns=[age, stage]")
        let modalities = try bench.answer("a")["modalities"].items
        #expect(modalities.map(\.["name"].text) == ["clinical"])
        #expect(modalities.first?["columns"] == .number(2))
    }
}
