import Results
import SurvivalNetworks
import Torch

/// What PIBD's prototypes stand for: each time bin with an event in it, then each with a censoring.
struct RiskPrototypes {
    let grid: TimeGrid
    /// The prototype of each training patient, by row of the cohort.
    private let labels: [Int: Int]
    private let loss: SurvivalLoss
    /// A patient for each prototype.
    private let outcome: Outcome

    /// - Throws: `PreparationError.noTrainingEvents`.
    init(_ data: TrainingData) throws {
        let grid = try TimeGrid(fitting: data.outcome, bins: 4)
        self.grid = grid
        loss = .discrete(grid)
        outcome = try Outcome(
            time: grid.edges + grid.edges,
            event: grid.edges.map { _ in true } + grid.edges.map { _ in false })
        var labels: [Int: Int] = [:]
        for (row, patient) in data.patients.enumerated() {
            let bin = grid.bin(of: data.outcome.time[row])
            labels[patient] = data.outcome.event[row] ? bin : grid.binCount + bin
        }
        self.labels = labels
    }

    /// - Precondition: a training patient.
    func label(of patient: Int) -> Int {
        guard let label = labels[patient] else { preconditionFailure("patient \(patient) is none to learn from") }
        return label
    }

    /// The survival loss of logits [prototypes, bins], each for the outcome that its prototype stands for.
    func loss(of logits: Tensor) throws -> Tensor {
        guard let value = try loss.value(logits, outcome) else {
            preconditionFailure("hazards in bins have a loss for any patients")
        }
        return value
    }
}
