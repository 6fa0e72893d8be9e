import Cohorts
import Results

/// How a modality becomes network inputs, learned from training patients; applies to any cohort that has it.
public struct ModalityPreparation: Sendable {
    private enum Kind: Sendable {
        case columns(FeatureScaling)
        case sets(FeatureScaling, names: [String], features: [[Int]])
        case patches(width: Int)
    }

    public let name: String
    private let kind: Kind
    /// What of the modality is left out, since no training patient has a value of it.
    public let warnings: [String]

    /// Learns from the rows `training` of the cohort.
    ///
    /// - Throws: `PreparationError` when no training patient has the modality or nothing in it can be used.
    public init(fitting modality: Modality, training: [Int]) throws {
        let name = modality.name
        self.name = name
        let seen = training.filter { modality.present[$0] }
        guard !seen.isEmpty else { throw PreparationError.modalityAbsent(modality.name) }
        switch modality.content {
        case .patches(let bags):
            kind = .patches(width: bags.width)
            warnings = []
        case .table(let features):
            let scaling = FeatureScaling(fitting: features.table, training: seen)
            guard scaling.featureCount > 0 else { throw PreparationError.nothingUsable(modality.name) }
            kind = .columns(scaling)
            warnings = Self.leftOut(.column, scaling.emptyColumns, of: name)
        case .sets(let features, let geneSets):
            let scaling = FeatureScaling(fitting: features.table, training: seen)
            var featuresOfColumn: [String: [Int]] = [:]
            for (feature, column) in scaling.columnOfFeature.enumerated() {
                featuresOfColumn[scaling.columnNames[column], default: []].append(feature)
            }
            let columns = features.table.names
            let all = geneSets.map { ($0.name, $0.features.flatMap { featuresOfColumn[columns[$0]] ?? [] }) }
            let sets = all.filter { !$0.1.isEmpty }
            guard !sets.isEmpty else { throw PreparationError.nothingUsable(modality.name) }
            kind = .sets(scaling, names: sets.map(\.0), features: sets.map(\.1))
            warnings =
                Self.leftOut(.column, scaling.emptyColumns, of: name)
                + Self.leftOut(.set, all.filter { $0.1.isEmpty }.map(\.0), of: name)
        }
    }

    /// "clinical: 1 column left out: without a value among the training patients (stage)"
    private static func leftOut(_ subject: Exclusion.Subject, _ names: [String], of modality: String) -> [String] {
        guard !names.isEmpty else { return [] }
        let exclusion = Exclusion(
            subject, step: .training, count: names.count, reason: "without a value among the training patients",
            examples: names)
        return ["\(modality): \(exclusion.text)"]
    }

    /// The modality's inputs for all patients of a cohort.
    ///
    /// - Throws: `PreparationError` when the cohort lacks the modality or has it in another form.
    public func input(from cohort: Cohort) throws -> ModalityInput {
        guard let modality = cohort.modality(name) else {
            throw PreparationError.modalityMissing(name, cohort: cohort.modalities.map(\.name))
        }
        switch (kind, modality.content) {
        case (.patches(let width), .patches(let bags)):
            guard bags.width == width else {
                throw PreparationError.patchWidth(modality: name, expected: width, found: bags.width)
            }
            return ModalityInput(name: name, content: .patches(bags), present: modality.present, tokenNames: [])
        case (.columns(let scaling), .table(let features)):
            try requireColumns(of: scaling, in: features.table)
            return ModalityInput(
                name: name,
                content: .columns(
                    values: scaling.features(of: features.table), columnOfFeature: scaling.columnOfFeature),
                present: modality.present, tokenNames: scaling.columnNames)
        case (.sets(let scaling, let names, let sets), .sets(let features, _)):
            try requireColumns(of: scaling, in: features.table)
            return ModalityInput(
                name: name,
                content: .sets(values: scaling.features(of: features.table), width: scaling.featureCount, sets: sets),
                present: modality.present, tokenNames: names)
        default:
            throw PreparationError.otherForm(name)
        }
    }

    /// What of a cohort the model does not know though it goes by it: "clinical: grade is X for 5 patients, …".
    public func unknownLabels(in cohort: Cohort) -> [String] {
        guard case .columns(let scaling) = kind, case .table(let features)? = cohort.modality(name)?.content else {
            return []
        }
        return scaling.unknownLabels(of: features.table).map { column, counts in
            let shown = counts.prefix(3).map { "\($0.label) for \($0.rows) patient\($0.rows == 1 ? "" : "s")" }
            return
                "\(name): \(column) is \(shown.joined(separator: ", "))\(counts.count > 3 ? ", …" : ""), which no training "
                + "patient had; it counts as a level that is not known"
        }
    }

    /// A modality of a cohort with noise of that standard deviation in the network's units: of columns and sets those of
    /// `FeatureScaling.perturbed`, of patch features, which are not scaled, their standard deviations over the patches of
    /// the cohort.
    ///
    /// - Throws: `PreparationError` as `input(from:)`, and what reading features throws.
    public func perturbed(
        _ cohort: Cohort, by noise: Double, using generator: inout SeededGenerator
    ) throws -> Modality {
        _ = try input(from: cohort)
        guard var modality = cohort.modality(name) else {
            throw PreparationError.modalityMissing(name, cohort: cohort.modalities.map(\.name))
        }
        switch (kind, modality.content) {
        case (.patches, .patches(let bags)):
            modality.content = .patches(try bags.perturbed(by: noise, seed: generator.next()))
        case (.columns(let scaling), .table(var features)):
            features.table = scaling.perturbed(
                features.table, by: noise, present: modality.present, using: &generator)
            modality.content = .table(features)
        case (.sets(let scaling, _, _), .sets(var features, let sets)):
            features.table = scaling.perturbed(
                features.table, by: noise, present: modality.present, using: &generator)
            modality.content = .sets(features, sets)
        default:
            throw PreparationError.otherForm(name)
        }
        return modality
    }

    private func requireColumns(of scaling: FeatureScaling, in table: Table) throws {
        for column in scaling.columnNames {
            guard let found = table[column], scaling.accepts(found, as: column) else {
                throw PreparationError.columnMissing(column, modality: name)
            }
        }
    }
}
