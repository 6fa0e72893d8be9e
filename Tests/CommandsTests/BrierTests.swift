import Testing

/// Scores of predicted survival, against their definition by hand.
@Suite struct BrierTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Four patients whose predicted survival falls on straight lines from 1 at 0 to 0, 0.2, 0.6 and 0.8 at 4.
    private func load(firstEvent: Bool) throws {
        try bench.write(
            "p.json",
            """
            {"type": "predictions", "model": "m", "seed": 1, "settings": {}, "patients": ["a", "b", "c", "d"],
            "time": [1, 2, 3, 4], "event": [\(firstEvent), true, true, true], "risk": [4, 3, 2, 1],
            "fold": [0, 0, 0, 0], "grid": [0, 4], "survival": [[1, 0], [1, 0.2], [1, 0.6], [1, 0.8]],
            "covariates": {}, "history": []}
            """)
        try bench.run("p = load \"@/p.json\"")
    }

    @Test func scores() throws {
        try load(firstEvent: true)
        let plain = try bench.answer("brier p times=[2, 3]")
        expectClose(try plain["score"][0].number(), (0.25 + 0.36 + 0.04 + 0.01) / 4, "all events")
        expectClose(try plain["kaplan_meier"][0].number(), 0.25, "Kaplan-Meier at its median")
        try load(firstEvent: false)
        // Three of four stay uncensored beyond 1.
        expectClose(
            try bench.answer("brier p times=2")["score"][0].number(), (0.36 + 0.04 + 0.01) / 0.75 / 4, "one censored")
    }

    @Test func integral() throws {
        try load(firstEvent: true)
        let ends = [0, 0.2, 0.6, 0.8]
        let scores = (0...100).map { step in
            let time = 3.5 * Double(step) / 100
            return ends.enumerated().reduce(0.0) { sum, patient in
                let alive = Double(patient.offset + 1) > time ? 1.0 : 0
                let miss = alive - (1 - (1 - patient.element) * time / 4)
                return sum + miss * miss / 4
            }
        }
        let mean = (scores.reduce(0, +) - (scores[0] + scores[100]) / 2) / 100
        expectClose(try bench.answer("ibs p horizon=3.5")["score"].number(), mean, "ibs")
    }

    @Test func rangesAreNamed() throws {
        try load(firstEvent: true)
        try bench.expectFailure(
            "brier p times=[2, 9]", "survival is predicted from 0 to 4, not at 9", help: "use times within that range")
        try bench.expectFailure(
            "ibs p horizon=4", "4 is not a time to judge predictions at: nobody is followed beyond 4",
            help: "use times from 0 to below 4")
        try bench.write("q.csv", "patient,time,event,risk\na,1,1,2\nb,2,1,1\n")
        try bench.run("q = load \"@/q.csv\"")
        try bench.expectFailure(
            "brier q times=1", "these predictions have risks only, and no survival to judge",
            help: "save predictions as .json to keep their survival", at: "q")
    }
}
