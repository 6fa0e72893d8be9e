import Baselines
import Cohorts
import Foundation
import Results
import Testing
import Torch

@testable import SurvivalNetworks

/// What a modality is made of.
enum Form: String, Sendable, CaseIterable {
    case patches, sets, columns
}

/// Every network, small.
struct SmallModel: Sendable, CustomTestStringConvertible {
    let model: any SurvivalModel
    /// False for those that take any number of modalities.
    let joinsTwo: Bool

    var testDescription: String { model.name }

    static func all(loss: LossKind = .discrete(bins: 4), inputDropout: InputDropout = 0.0) -> [SmallModel] {
        var (snn, late) = (SNN.Options(), SNN.Options())
        (snn.dim, snn.dropout) = (32, 0.1)
        (late.dim, late.dropout) = (32, 0.1)
        late.fusion = .late
        var abmil = ABMIL.Options()
        (abmil.dim, abmil.hidden) = (16, 8)
        var concat = PooledConcatenation.Options()
        concat.dim = 16
        var mcat = MCAT.Options()
        mcat.dim = 16
        var motcat = MOTCat.Options()
        motcat.common.dim = 16
        var survpath = SurvPath.Options()
        survpath.dim = 16
        var (mmp, mmpShared) = (MMP.Options(), MMP.Options())
        (mmp.dim, mmp.prototypes) = (16, 4)
        (mmpShared.dim, mmpShared.prototypes, mmpShared.tokenNetworks) = (16, 4, false)
        var pibd = PIBD.Options()
        pibd.dim = 16
        var cmta = CMTA.Options()
        (cmta.dim, cmta.setHidden) = (16, 16)
        return [
            SmallModel(model: BaselineModel<SNN>(snn, loss: loss), joinsTwo: false),
            SmallModel(model: BaselineModel<SNN>(late, loss: loss), joinsTwo: false),
            SmallModel(model: BaselineModel<ABMIL>(abmil, loss: loss), joinsTwo: false),
            SmallModel(model: BaselineModel<PooledConcatenation>(concat, loss: loss), joinsTwo: false),
            SmallModel(model: BaselineModel<MCAT>(mcat, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<SurvPath>(survpath, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<MMP>(mmp, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<MMP>(mmpShared, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<MOTCat>(motcat, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<PIBD>(pibd, loss: loss), joinsTwo: true),
            SmallModel(model: BaselineModel<CMTA>(cmta, loss: loss), joinsTwo: true),
        ]
    }

    func network(_ data: TrainingData, seed: UInt64 = 1) throws -> any SurvivalNetwork {
        guard case .steps(let kind, let make) = model.learning else { preconditionFailure("no network") }
        return try make(data, kind.fitted(to: data.outcome).outputCount, TensorGenerator(seed: seed))
    }
}

/// Patients whose risk is planted: a normal deviate each modality shows, with noise of its own. The log of the time falls
/// with it; a fifth is censored.
func plantedCohort(_ forms: [Form], patients: Int = 60, noise: Double = 0.3, seed: UInt64 = 1) throws -> Cohort {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double {
        let (u, v) = (Double.random(in: 0x1p-53..<1, using: &generator), Double.random(in: 0..<1, using: &generator))
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }
    let risk = (0..<patients).map { _ in normal() }
    let time = risk.map { exp(-1.5 * $0 + 0.2 * normal()) }
    let event = risk.map { _ in Double.random(in: 0..<1, using: &generator) > 0.2 }
    let modalities = forms.enumerated().map { index, form -> Modality in
        func table(_ columns: Int) -> FeatureTable {
            var table = Table(rowCount: patients)
            for column in 0..<columns {
                // Half of the columns show the risk.
                table["c\(column)"] = .numbers(
                    risk.map { (column % 2 == 0 ? $0 : 0) + noise * normal() })
            }
            return FeatureTable(table: table)
        }
        let content: Modality.Content
        switch form {
        case .columns: content = .table(table(4))
        case .sets:
            content = .sets(
                table(8),
                [
                    GeneSet(name: "a", features: [0, 1, 2]), GeneSet(name: "b", features: [2, 3, 4, 5, 6]),
                    GeneSet(name: "c", features: [7]),
                ])
        case .patches:
            content = .patches(
                PatchBags(
                    width: 6,
                    features: (0..<patients).map { patient in
                        // Of bags of different sizes half the patches show the risk.
                        (0..<4 + patient % 4).flatMap { patch in
                            (0..<6).map { Float(($0 < 2 && patch % 2 == 0 ? risk[patient] : 0) + noise * normal()) }
                        }
                    }))
        }
        return Modality(name: "\(form.rawValue)\(index + 1)", content: content, present: risk.map { _ in true })
    }
    return try Cohort(
        patients: (0..<patients).map { "P\($0)" }, outcome: Outcome(time: time, event: event),
        table: Table(rowCount: patients), modalities: modalities, idColumn: "id", origin: "a test")
}

extension Cohort {
    /// All patients to learn from.
    func trainingData() throws -> TrainingData {
        let everyone = Array(patients.indices)
        return TrainingData(
            inputs: try modalities.map { try ModalityPreparation(fitting: $0, training: everyone).input(from: self) },
            patients: everyone, outcome: outcome)
    }
}
