import Foundation

/// Reads the bags that are asked for next, on a thread of its own, while the last ones are computed with.
///
/// At most 128 MB wait to be taken, or a single bag that is larger. The thread ends with this object.
final class ReadAhead: Sendable {
    private let queue: Queue

    /// - Parameter load: reads one patient's bag.
    init(load: @escaping @Sendable (Int) throws -> PatchBag) {
        let queue = Queue()
        self.queue = queue
        let thread = Thread { queue.serve(load) }
        thread.name = "read ahead"
        thread.stackSize = 4 << 20
        thread.start()
    }

    deinit { queue.stop() }

    /// The patients who will be asked for, in order; forgets what was expected before.
    func expect(_ patients: [Int]) { queue.expect(patients) }

    /// The bag of the patient who is expected next; nil when that is another one.
    func next(_ patient: Int) throws -> PatchBag? { try queue.take(patient)?.get() }
}

private final class Queue: @unchecked Sendable {
    private static let mostBytes = 128 << 20

    /// Guards all below.
    private let condition = NSCondition()
    private var order: [Int] = []
    /// The expectation that `order` is; a bag read for an earlier one is of no use.
    private var round = 0
    private var taken = 0
    private var ready: [Result<PatchBag, any Error>] = []
    private var readyBytes = 0
    private var isStopped = false

    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    func expect(_ patients: [Int]) {
        condition.withLock {
            order = patients
            round += 1
            taken = 0
            ready = []
            readyBytes = 0
            condition.broadcast()
        }
    }

    func take(_ patient: Int) -> Result<PatchBag, any Error>? {
        condition.withLock {
            guard taken < order.count, order[taken] == patient else { return nil }
            while ready.isEmpty { condition.wait() }
            let result = ready.removeFirst()
            readyBytes -= result.bytes
            taken += 1
            condition.broadcast()
            return result
        }
    }

    func serve(_ load: (Int) throws -> PatchBag) {
        condition.lock()
        defer { condition.unlock() }
        while !isStopped {
            let next = taken + ready.count
            guard next < order.count, ready.isEmpty || readyBytes < Self.mostBytes else {
                condition.wait()
                continue
            }
            let (patient, now) = (order[next], round)
            condition.unlock()
            let result = Result { try load(patient) }
            condition.lock()
            guard now == round else { continue }
            ready.append(result)
            readyBytes += result.bytes
            condition.broadcast()
        }
    }
}

extension Result<PatchBag, any Error> {
    fileprivate var bytes: Int { (try? get())?.size ?? 0 }
}
