import Testing

/// `members=` and `column_dropout=` as they are typed.
@Suite struct EnsembleCommandTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("a = simulate patients=30 seed=1; folds a k=2 seed=1")
    }

    @Test func membersAreTrainedAndShown() throws {
        try bench.run("t = train (model tta dim=8) on=a epochs=1 members=2")
        let shown = try bench.shown("t").split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(shown.contains("members 2"))
        try bench.run("one = train (model tta dim=8) on=a epochs=1")
        #expect(try !bench.shown("one").contains("members"))
        // A fit that knows its own end is one.
        try bench.run("c = train (model cox) on=a members=2")
        #expect(try !bench.shown("c").contains("members"))
    }

    @Test func columnsFollowInputDropoutUnlessTold() throws {
        try bench.run("attach a clinical columns=[shared1, shared2]")
        func risks(_ options: String) throws -> [Double] {
            try bench.answer("crossvalidate (model snn dim=8 dropout=0 \(options)) on=a epochs=2 seed=1")["risk"]
                .numbers()
        }
        #expect(try risks("input_dropout=0.9") == risks("input_dropout=0.9 column_dropout=0.9"))
        #expect(try risks("input_dropout=0.9") != risks("input_dropout=0.9 column_dropout=0"))
    }
}
