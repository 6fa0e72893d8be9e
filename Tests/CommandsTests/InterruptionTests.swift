import CommandLanguage
import Testing

@Suite struct InterruptionTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run(
            """
            s = simulate patients=40 patches=5 features=6 sets=5 genes=3
            folds s k=2
            m = model tta dim=8 prototypes=4
            cv = crossvalidate m on=s epochs=1
            e = embeddings cv
            """)
    }

    @Test(arguments: [
        ("cv = crossvalidate m on=s epochs=100000", "crossvalidate tta"),
        ("t = train m on=s epochs=100000", "train tta"),
        ("map = tsne e perplexity=5", "tsne"),
    ]) func stopsALongCommandAndKeepsVariables(_ statement: String, _ label: String) throws {
        let before = bench.state
        bench.console.interruptsDuring = label
        #expect(throws: Interruption.self) { try bench.run(statement) }
        #expect(bench.state == before)
        // The session goes on.
        #expect(try bench.line("cindex cv").hasPrefix("{\"concordance\":"))
    }
}
