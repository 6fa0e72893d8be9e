/// Where the transports of patients ended in the last epoch, which is near where they will end in this one.
///
/// A start changes how many iterations it takes, not what they converge to. Only training remembers and is reminded, so
/// that what a patient is predicted does not depend on whether the model was trained on the patient.
final class PotentialMemory {
    private let prototypes: Int
    private var potentials: [Int: [Double]] = [:]

    init(prototypes: Int) { self.prototypes = prototypes }

    /// Potentials of the prototypes for each patient; zeros for one not seen before.
    func start(of patients: [Int]) -> [[Double]] {
        patients.map { potentials[$0] ?? [Double](repeating: 0, count: prototypes) }
    }

    func remember(_ found: [[Double]], of patients: [Int]) {
        for (patient, values) in zip(patients, found) where values.allSatisfy(\.isFinite) {
            potentials[patient] = values
        }
    }
}
