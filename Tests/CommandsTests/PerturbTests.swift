import Foundation
import Testing

/// What `perturb` and `subset` do, and refuse.
@Suite struct PerturbTests {
    private static let women = """
        women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
        attach women clinical columns=[size]
        folds women k=5 seed=1
        """

    private struct Woman {
        var time: Double
        var event: Bool
        var size: Double
    }

    private func women() throws -> [Woman] {
        let file = Bench.checkout.appendingPathComponent("Scripts/data/transbig_clinical.csv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return Woman(
                time: try #require(Double(cells[1])), event: cells[2] == "1", size: try #require(Double(cells[6])))
        }
    }

    /// The C-index to be expected of x + N(0, s²): the mean over comparable pairs of Φ(±(xᵢ − xⱼ)/(s√2)).
    private func expected(_ women: [Woman], _ s: Double, sign: Double) -> Double {
        var (sum, pairs) = (0.0, 0.0)
        for one in women where one.event {
            for other in women where one.time < other.time || (one.time == other.time && !other.event) {
                pairs += 1
                sum += 0.5 * erfc(-sign * (one.size - other.size) / (s * 2.0.squareRoot()) / 2.0.squareRoot())
            }
        }
        return sum / pairs
    }

    @Test func noiseCostsWhatItShould() throws {
        let bench = try Bench()
        try bench.run(Self.women + "\ntrained = train (model cox lambda=0.01) on=women")
        let answer = try bench.answer(
            "perturb trained on=women modality=clinical noises=[0, 0.5, 1] repeats=400 seed=3")
        let clean = try bench.answer("cindex (predict trained on=women)")["concordance"].number()
        expectClose(try answer["cindex"][0].number(), clean, "without noise", tolerance: 1e-12)
        let women = try women()
        let sizes = women.map(\.size)
        let mean = sizes.reduce(0, +) / Double(sizes.count)
        let sd = (sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sizes.count - 1)).squareRoot()
        // One column's regression orders by it, upwards or downwards; hardly a size is so far out that it is cut off.
        let ordered = try bench.answer("cindex women risk=size")["concordance"].number()
        let sign = abs(ordered - clean) < 1e-9 ? 1.0 : -1.0
        #expect(abs(max(ordered, 1 - ordered) - max(clean, 1 - clean)) < 1e-9)
        for (place, noise) in [(1, 0.5), (2, 1.0)] {
            let error = abs(try answer["cindex"][place].number() - expected(women, noise * sd, sign: sign))
            // Its standard error: the sd over 400 draws, divided by 20.
            #expect(try error <= 4 * answer["sd"][place].number() / 20, "noise \(noise)")
        }
        #expect(abs(clean - 0.5) > 0.02, "there is nothing to lose")
    }

    @Test func aModalityIsPerturbed() throws {
        let bench = try Bench()
        try bench.run(
            """
            learn = simulate patients=60 patches=20 seed=1
            judge = simulate patients=60 patches=20 seed=1001 world=1
            trained = train (model tta dim=16 prototypes=4) on=learn epochs=2 seed=1
            """)
        for modality in ["histology", "genomics"] {
            let statement = "perturb trained on=judge modality=\(modality) noises=[0, 1, 1000] repeats=2 seed=2"
            let answer = try bench.answer(statement)
            let whole = try bench.answer("cindex (predict trained on=judge)")["concordance"].number()
            #expect(try answer["cindex"][0].number() == whole)
            #expect(try answer["cindex"][2].number() != whole)
            #expect(try answer["sd"][0].number() == 0)
            #expect(try bench.line(statement) == bench.line(statement))
            try bench.run("plot (\(statement)) file=\"@/\(modality)\"")
            #expect(try bench.read("\(modality).gp").contains("Noise added to \(modality) (sd)"))
        }
        try bench.expectFailure(
            "perturb trained on=judge modality=proteins", "the model and the cohort have no proteins in common",
            help: "there is histology, genomics", at: "proteins")
        try bench.expectFailure(
            "perturb trained on=judge modality=genomics noises=[2, 1]", "noises are to increase",
            help: "such as noises=[0, 1, 2]", at: "[2, 1]")
        try bench.expectFailure(
            "perturb trained on=judge modality=genomics noises=[-1]", "a noise is a standard deviation from 0 to 1000",
            help: "such as noises=[0, 1, 2]", at: "[-1]")
        try bench.expectFailure(
            "perturb trained on=judge modality=genomics noises=[]", "noises are a list of numbers",
            help: "such as noises=[0, 1, 2]", at: "[]")
    }

    /// A fold by hand is the fold of a cross-validation.
    @Test func aFoldByHand() throws {
        let bench = try Bench()
        try bench.run(
            Self.women + """

                cv = crossvalidate (model cox lambda=0.1) on=women
                trained = train (model cox lambda=0.1) on=(subset women training=2)
                seen = predict trained on=(subset women heldout=2)
                save (filter cv where=(fold == 2)) "@/cv.csv"
                save seen "@/seen.csv"
                """)
        func risks(_ name: String) throws -> [String: Double] {
            let lines = try bench.read(name).split(separator: "\n").map { $0.split(separator: ",") }
            let risk = try #require(lines[0].firstIndex(of: "risk"))
            return Dictionary(uniqueKeysWithValues: lines.dropFirst().map { (String($0[0]), Double($0[risk]) ?? .nan) })
        }
        let (folded, byHand) = (try risks("cv.csv"), try risks("seen.csv"))
        #expect((35...45).contains(folded.count) && Set(folded.keys) == Set(byHand.keys))
        for (patient, risk) in folded {
            #expect(abs(risk - (byHand[patient] ?? .nan)) <= 1e-9, "\(patient)")
        }
    }

    @Test func patientsAreChosenByACondition() throws {
        let bench = try Bench()
        try bench.run(Self.women)
        let answer = try bench.answer("subset women where=(er == \"positive\")")
        // As the file counts them.
        #expect(try answer["patients"].number() == 134)
        #expect(try answer["modalities"][0]["patients"].number() == 134)
        #expect(try answer["folds"].items.map { try $0["held_out"].number() }.reduce(0, +) == 134)
        #expect(try bench.answer("subset women heldout=1")["folds"].items.isEmpty)
        try bench.write("gaps.csv", "id,time,event,x\na,1,1,2\nb,2,0,\nc,3,1,1\n")
        try bench.run("gaps = cohort \"@/gaps.csv\" time=time event=event\nfew = subset gaps where=(x > 1)")
        #expect(bench.told.contains("note: 1 patient left out: x > 1 is missing"))
        #expect(try bench.answer("few")["patients"].number() == 1)
        try bench.run("folds gaps k=3\nsubset gaps where=(x > 1)")
        #expect(bench.told.contains("note: folds left out, for one has nobody left to train on or to hold out"))
        try bench.expectFailure(
            "subset women", "`subset` needs to know which patients",
            help: "where=(CONDITION), or a fold: training=1 or heldout=1", at: "women")
        try bench.expectFailure(
            "subset women training=1 heldout=2", "one of where=, training= and heldout= at a time",
            help: "take a subset of the subset", at: "2")
        try bench.expectFailure("subset women heldout=6", "the cohort has 5 folds", help: nil, at: "6")
        try bench.expectFailure(
            "subset (subset women heldout=1) training=1", "the cohort has no folds",
            help: "make them first: folds COHORT k=5", at: "1")
        try bench.expectFailure(
            "subset women where=(age > 200)", "this holds for no patient", help: nil, at: "(age > 200)")
    }
}
