import Foundation
import Results

extension Cohort {
    /// Reads folds that others defined: one file `splits_<number>.csv` per fold, in the order of the numbers, with a
    /// column `train` and a column of those held out, `test` or else `val` (with both, `val` is for choosing an epoch,
    /// which is not done here, so its patients are neither trained on nor held out and are counted).
    ///
    /// Entries are ids of patients, or names of slides in the cohort's `slide_id`. Unknown ones are left out and
    /// counted, and so are patients held out in no fold. A held-out part without an event is noted.
    ///
    /// - Throws: `FoldError` when there are no splits, a patient is on both sides of a fold or held out twice, a fold
    ///   has nobody on one side, or those trained on had no event. The cohort is then unchanged.
    public mutating func readFolds(from folder: String) throws {
        let splits = try SplitFile.all(in: folder)
        let matcher = SlideMatcher(cohort: self, column: nil)
        var strangers: [String] = []
        var seenStrangers: Set<String> = []
        var unused: Set<Int> = []
        var made: [Folds.Fold] = []

        func rows(_ names: [String]) -> [Int] {
            var rows: Set<Int> = []
            for name in names {
                if let row = matcher.patient(named: name) {
                    rows.insert(row)
                } else if seenStrangers.insert(name).inserted {
                    strangers.append(name)
                }
            }
            return rows.sorted()
        }
        for split in splits {
            let fold = Folds.Fold(training: rows(split.training), validation: rows(split.heldOut))
            unused.formUnion(rows(split.unused))
            let both = Set(fold.training).intersection(fold.validation).sorted()
            guard both.isEmpty else { throw FoldError.overlap(split.path, patients: both.map { patients[$0] }) }
            made.append(fold)
        }
        guard made.contains(where: { !$0.training.isEmpty || !$0.validation.isEmpty }) else {
            throw FoldError.noKnownPatients(folder, example: strangers.first ?? "nobody", ours: patients[0])
        }
        let labels = splits.map { ($0.path as NSString).lastPathComponent }
        var findings = Findings(.folding)
        try check(made, labels: labels, folder: folder, &findings)
        findings.leftOut(.patient, strangers, reason: "folds in \(folder) name them, but they are not in the cohort")
        let idle = unused.subtracting(made.flatMap { $0.training + $0.validation }).sorted()
        findings.leftOut(
            .patient, idle.map { patients[$0] }, reason: "folds in \(folder) have them in val beside test")
        record(findings)
        folds = Folds(folds: made)
    }

    /// Divides the patients into `count` folds of equal size (to within one), each patient held out once.
    ///
    /// Within each stratum (event or censored, together with the label where labels are given) patients are shuffled
    /// and dealt out in turn, one stratum going on where the last one ended; those with events come first, and the strata
    /// of either in an order that is drawn. The same seed gives the same folds. Labels that do not divide the patients, most
    /// of them of fewer patients than there are folds, are noted.
    ///
    /// - Parameter labels: a further stratum per patient; nil for the event alone. A missing label is a stratum.
    /// - Throws: `FoldError`. The cohort is then unchanged.
    public mutating func makeFolds(count: Int, stratifiedBy labels: [String?]? = nil, seed: UInt64) throws {
        guard count >= 2, count <= patients.count else {
            throw FoldError.countOutOfRange(count, patients: patients.count)
        }
        if let labels, labels.count != patients.count {
            throw FoldError.labelCount(labels.count, patients: patients.count)
        }
        struct Stratum: Hashable {
            var event: Bool
            var label: String?
        }
        var order: [Stratum] = []
        var strata: [Stratum: [Int]] = [:]
        for row in patients.indices {
            let stratum = Stratum(event: outcome.event[row], label: labels?[row])
            if strata[stratum] == nil { order.append(stratum) }
            strata[stratum, default: []].append(row)
        }
        // Those with events first: dealt from the first fold on, they are spread as evenly as can be.
        var generator = SeededGenerator(seed: seed)
        let ordered =
            order.filter(\.event).shuffled(using: &generator) + order.filter { !$0.event }.shuffled(using: &generator)
        var heldOut = [[Int]](repeating: [], count: count)
        var next = 0
        for stratum in ordered {
            for row in strata[stratum, default: []].shuffled(using: &generator) {
                heldOut[next % count].append(row)
                next += 1
            }
        }
        let made = heldOut.map { rows in
            let out = Set(rows)
            return Folds.Fold(training: patients.indices.filter { !out.contains($0) }, validation: rows.sorted())
        }
        var findings = Findings(.folding)
        try check(made, labels: made.indices.map { "fold \($0 + 1)" }, folder: "folds", &findings)
        let small = strata.values.count { $0.count < count }
        if labels != nil, 2 * small > strata.count {
            findings.note(
                "stratify=: \(small) of \(strata.count) strata have fewer than \(count) patients, so that folds hardly "
                    + "differ from ones without it; stratify by a column of few values")
        }
        record(findings)
        folds = Folds(folds: made)
    }

    /// Refuses folds that cannot be trained on; says what else is odd about them.
    private func check(
        _ made: [Folds.Fold], labels: [String], folder: String, _ findings: inout Findings
    ) throws {
        var heldOutIn = [Int?](repeating: nil, count: patients.count)
        var eventless: [String] = []
        for (index, fold) in made.enumerated() {
            guard !fold.training.isEmpty else { throw FoldError.emptyPart(labels[index], part: "trained on") }
            guard !fold.validation.isEmpty else { throw FoldError.emptyPart(labels[index], part: "held out") }
            for row in fold.validation {
                if let first = heldOutIn[row] {
                    throw FoldError.heldOutTwice(
                        folder, patient: patients[row], first: labels[first], second: labels[index])
                }
                heldOutIn[row] = index
            }
            guard fold.training.contains(where: { outcome.event[$0] }) else {
                throw FoldError.noTrainingEvents(labels[index])
            }
            if !fold.validation.contains(where: { outcome.event[$0] }) { eventless.append(labels[index]) }
        }
        if let first = eventless.first {
            findings.note(
                eventless.count == 1
                    ? "\(first): none of the patients held out had the event, so it has no C-index"
                    : "\(eventless.count) folds (\(Exclusion.some(eventless, of: eventless.count))): none of the patients "
                        + "held out had the event, so they have no C-index")
        }
        let never = patients.indices.filter { heldOutIn[$0] == nil }
        if !never.isEmpty {
            let names = Exclusion.some(never.map { patients[$0] }, of: never.count)
            findings.note(
                "\(Exclusion.Subject.patient.counted(never.count)) held out in no fold, so without a prediction "
                    + "(\(names))")
        }
    }
}
