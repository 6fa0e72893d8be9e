import Foundation
import Testing

/// What `attach`, `train` and `crossvalidate` say of features that cannot be learned from.
@Suite struct BadModalityTests {
    let bench: Bench
    private static let fixtures = Bench.checkout.appendingPathComponent("Tests/Fixtures")

    init() throws {
        bench = try Bench()
        try bench.write(
            "base.csv", "id,time,event,age\nP1,5,1,50\nP2,8,0,61\nP3,2,1,70\nP4,9,0,44\nP5,4,1,58\nP6,7,1,66\n")
        try bench.run("b = cohort \"@/base.csv\" time=time event=event")
    }

    private func patches(_ name: String) throws -> Data {
        try Data(contentsOf: Self.fixtures.appendingPathComponent(name))
    }

    @Test func tables() throws {
        try bench.write("genes.csv", "id,g1,g2\nP1,1,2\nP2,inf,1\nP3,2,2\n")
        try bench.expectFailure(
            "attach b genes \"@/genes.csv\"", "@/genes.csv: g1 of P2 is inf; a feature is finite or missing",
            help: "correct the cell, or leave it empty or NA")
        try bench.expectFailure(
            "attach b genes \"@/genes.csv\" columns=[g3]", "there is no column `g3`",
            help: "did you mean `g1` or `g2`?",
            at: "g3")
        try bench.expectFailure(
            "attach b genes \"@/genes.csv\" columns=([\"g3\"])", "@/genes.csv: there is no column g3",
            help: "did you mean g1 or g2?")
        try bench.expectFailure(
            "attach b genes \"@/gene.csv\"", "@/gene.csv: there is no such file", help: "did you mean @/genes.csv?")
        try bench.expectFailure(
            "attach b clinical columns=[aeg]", "there is no column `aeg`", help: "did you mean `age`?", at: "aeg")
        try bench.expectFailure(
            "attach b clinical columns=([\"aeg\"])", "@/base.csv: there is no column aeg", help: "did you mean age?")
        try bench.expectFailure(
            "attach b clinical", "attach needs a file, a folder, or columns= of the cohort",
            help: "attach COHORT clinical columns=[age, stage]")
    }

    @Test func truncatedPatchFiles() throws {
        try bench.write("h5/P1.h5", patches("cohorts/patches/clam.h5").prefix(1000))
        try bench.expectFailure(
            "attach b slides \"@/h5\"",
            "@/h5/P1.h5: the patch features cannot be read (truncated file: eof = 1000, sblock->base_addr = 0, "
                + "stored_eof = 2208)", help: "copy or extract this slide again, or take its file out of the folder")
        try bench.write("pt/P1.pt", patches("cohorts/patches/tensor.pt").prefix(900))
        try bench.expectFailure(
            "attach b slides \"@/pt\"",
            "@/pt/P1.pt: the patch features cannot be read (it is truncated, or no .pt file)",
            help: "copy or extract this slide again, or take its file out of the folder")
    }

    /// The first bytes of torch.save(x, file, _use_new_zipfile_serialization=False), torch 2.13.0.
    @Test func patchesOfOldTorch() throws {
        try bench.write(
            "old/P1.pt",
            Data([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80]))
        try bench.expectFailure(
            "attach b slides \"@/old\"",
            "@/old/P1.pt: the patch features cannot be read (PyTorch before 1.6 wrote it; torch.save(torch.load(file), file) "
                + "of a later one makes it readable)",
            help: "copy or extract this slide again, or take its file out of the folder")
    }

    @Test func patchesThatAreNotNumbers() throws {
        for patient in 1...5 { try bench.write("slides/P\(patient).h5", patches("cohorts/patches/clam.h5")) }
        try bench.write("slides/P6.h5", patches("cohorts/patches/nan.h5"))
        try bench.run("attach b slides \"@/slides\"; folds b k=2")
        for statement in ["train (model tta dim=8) on=b", "crossvalidate (model tta dim=8) on=b"] {
            try bench.expectFailure(
                statement, "@/slides/P6.h5: feature 2 of patch 4 is nan",
                help: "extract this slide again, or take its file out of the folder")
        }
        try bench.write("infinite/P1.pt", patches("cohorts/patches/infinite.pt"))
        try bench.run("attach b slides \"@/infinite\"")
        try bench.expectFailure(
            "train (model tta dim=8) on=b", "@/infinite/P1.pt: feature 4 of patch 5 is inf",
            help: "extract this slide again, or take its file out of the folder")
    }

    @Test func patientsWithoutAnyModalityAreLeftOutAndCounted() throws {
        try bench.write("genes.csv", "id,g1,g2\nP1,1,2\nP2,4,1\nP3,2,2\nP6,1,3\nP9,1,1\n")
        try bench.run("attach b genes \"@/genes.csv\"; folds b k=2")
        #expect(
            bench.told == [
                "note: 1 row left out: in @/genes.csv, for patients who are not in the cohort (P9)",
                "note: @/genes.csv: no row for 2 patients (P4, P5), whose values are missing",
                "note: genes takes g1 and g2",
                "note: genes: 2 columns, 4 of 6 patients",
            ])
        try bench.run("t = train (model tta dim=8) on=b epochs=1")
        #expect(bench.told.dropFirst(3).contains("note: 2 patients left out: no value in any modality (P4, P5)"))
        let count = bench.told.count
        try bench.run("cv = crossvalidate (model tta dim=8) on=b epochs=1")
        #expect(bench.told.dropFirst(count).contains("note: 2 patients left out: no value in any modality (P4, P5)"))
        #expect(try bench.answer("cv")["patients"].items.map(\.text) == ["P1", "P2", "P3", "P6"])
        try bench.run("p = predict t on=b")
        #expect(bench.told.last == "note: 2 patients left out: none of the model's modalities")
        // The cohort itself keeps them.
        #expect(try bench.answer("b")["patients"].number() == 6)
    }

    @Test func aModelNeedsItsModalities() throws {
        try bench.expectFailure(
            "train (model tta dim=8) on=b", "the cohort has no modality to train on",
            help: "attach one first: attach COHORT name \"file.csv\"")
        try bench.run("a = attach b clinical columns=[age]; t = train (model tta dim=8) on=a epochs=1")
        try bench.expectFailure(
            "predict t on=b",
            "the model was trained on the modality clinical, which the cohort does not have; it has none",
            help: "attach it as in training")
        try bench.expectFailure(
            "crossvalidate (model tta dim=8) on=a", "the cohort has no folds to cross-validate on",
            help: "make them first: folds COHORT k=5")
        try bench.expectFailure(
            "train (model tta loss=cox) on=a batch=1",
            "a Cox loss compares patients within a batch, and a batch of 1 has nobody to compare",
            help: "use batch=all, or loss=discrete")
    }

    // MARK: A loss that is no number

    private func attachHugePatches() throws {
        for patient in [1, 2, 4, 5, 6] { try bench.write("good/P\(patient).h5", patches("cohorts/patches/clam.h5")) }
        for patient in [1, 2, 4, 5, 6] { try bench.write("huge/P\(patient).h5", patches("cohorts/patches/clam.h5")) }
        try bench.write("huge/P3.h5", patches("commands/huge.h5"))
        try bench.run("attach b slides \"@/huge\"; folds b k=2 seed=1")
    }

    @Test func trainingStopsAndKeepsTheLastGoodState() throws {
        try attachHugePatches()
        try bench.run("t = train (model tta dim=8) on=b epochs=3 batch=all")
        let start = "warning: the loss or its gradient stopped being a number in epoch 1, on the batch of "
        let end = " and 1 more; the model is as it was before that batch; lower lr, or look at these patients' features"
        let warning = try #require(bench.told.first { $0.hasPrefix(start) && $0.hasSuffix(end) }, "\(bench.told)")
        let named = warning.dropFirst(start.count).dropLast(end.count).components(separatedBy: ", ")
        #expect(Set(named).count == 5 && Set(named).isSubset(of: Set((1...6).map { "P\($0)" })))
        #expect(try bench.shown("t").contains("0 of 3, then stopped"))
        // Members that were to come are not trained.
        try bench.run("two = train (model tta dim=8) on=b epochs=3 batch=all members=2")
        #expect(try bench.shown("two").contains("1 of 2"))
        // The kept state works for others, and says so where it cannot.
        try bench.run("g = attach b slides \"@/good\"")
        #expect(try bench.answer("predict t on=g")["risk"].numbers().count == 5)
        try bench.expectFailure(
            "predict t on=b", "what the model predicts is not a number for P3",
            help: "look at these patients' features, or leave them out: where=…")
    }

    @Test func crossValidationFailsAndNamesTheFold() throws {
        try attachHugePatches()
        let before = bench.state
        let failure = try #require(try bench.failure(of: "cv = crossvalidate (model tta dim=8) on=b epochs=3"))
        let expected = #/fold [12]: the loss or its gradient stopped being a number in epoch 1, on the batch of (.*)/#
        let found = try #require(failure.message.wholeMatch(of: expected), "\(failure.message)")
        #expect(found.1.split(separator: ", ").contains("P3"))
        #expect(failure.help == "lower lr, or look at these patients' features")
        #expect(bench.state == before)
    }

    /// Nobody who was trained on is out of bounds, but one who was held out is.
    @Test func predictionsThatAreNoNumbers() throws {
        try attachHugePatches()
        try bench.write("folds/splits_0.csv", "train,val\nP1,P3\nP2,P4\nP5,\nP6,\n")
        try bench.run("folds b from=\"@/folds\"")
        try bench.expectFailure(
            "crossvalidate (model tta dim=8) on=b epochs=1",
            "fold 1: what the model predicts is not a number for P3",
            help: "look at these patients' features, or leave them out: where=…")
    }
}
