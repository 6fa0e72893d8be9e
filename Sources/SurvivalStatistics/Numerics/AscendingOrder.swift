/// The rows of `values` in ascending order of value, equal values in the order of their rows.
///
/// A radix sort, O(n) as a rule: an order on doubles is an order on integers once negative patterns are flipped. The
/// 32 highest bits in which the values differ are sorted together with the row in one word; what they leave open is
/// looked at afterwards, and sorted by comparison where it is not in order already. −0 and 0 are equal.
///
/// - Precondition: no value is NaN, and there are fewer than 2³² of them.
func ascendingOrder(_ values: [Double]) -> [Int] {
    precondition(values.count < 1 << 32, "\(values.count) values are too many to sort")
    guard values.count > 1 else { return Array(values.indices) }
    return values.withUnsafeBufferPointer { values in
        let keys = RadixKeys(values)
        var items = [UInt64](unsafeUninitializedCapacity: values.count) { items, count in
            for row in values.indices { items[row] = keys.high(values[row]) << 32 | UInt64(row) }
            count = values.count
        }
        if values.count < RadixKeys.smallest {
            items.sort()
        } else {
            RadixKeys.sort(&items, bits: keys.bits)
        }
        if keys.shift > 0 { keys.settle(&items, values) }
        return items.map { Int(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
    }
}

/// Doubles as integers in the same order, from 0.
private struct RadixKeys {
    static let digitBits = 11
    static let bucketCount = 1 << digitBits
    /// Fewer are sorted by comparison.
    static let smallest = 512

    private let lowest: UInt64
    /// Bits that the high part leaves out.
    let shift: UInt64
    /// Bits of the high part.
    let bits: Int

    init(_ values: UnsafeBufferPointer<Double>) {
        var (lowest, highest) = (UInt64.max, UInt64.min)
        var nans = 0
        for value in values {
            nans += value.isNaN ? 1 : 0
            let key = Self.key(value)
            lowest = min(lowest, key)
            highest = max(highest, key)
        }
        precondition(nans == 0, "NaN has no place in an order")
        let width = UInt64.bitWidth - (highest - lowest).leadingZeroBitCount
        self.lowest = lowest
        bits = min(width, 32)
        shift = UInt64(width - bits)
    }

    private static func key(_ value: Double) -> UInt64 {
        let pattern = (value + 0).bitPattern
        return pattern ^ (UInt64(bitPattern: Int64(bitPattern: pattern) >> 63) | 1 << 63)
    }

    /// The 32 highest bits of those in which keys differ.
    func high(_ value: Double) -> UInt64 { (Self.key(value) - lowest) &>> shift }

    /// One stable pass per digit of the upper half, least significant first; a digit that all share is skipped.
    static func sort(_ items: inout [UInt64], bits: Int) {
        let digits = (bits + digitBits - 1) / digitBits
        var counts = [Int](repeating: 0, count: digits * bucketCount)
        var spare = [UInt64](repeating: 0, count: items.count)
        for digit in 0..<digits {
            let shift = UInt64(32 + digit * digitBits)
            items.withUnsafeBufferPointer { items in
                spare.withUnsafeMutableBufferPointer { spare in
                    counts.withUnsafeMutableBufferPointer { counts in
                        let buckets = counts.baseAddress! + digit * bucketCount
                        if digit == 0 { count(items, counts.baseAddress!, digits: digits) }
                        var position = 0
                        for bucket in 0..<bucketCount {
                            let size = buckets[bucket]
                            buckets[bucket] = position
                            position += size
                        }
                        for item in items {
                            let bucket = Int(truncatingIfNeeded: item &>> shift) & (bucketCount - 1)
                            spare[buckets[bucket]] = item
                            buckets[bucket] &+= 1
                        }
                    }
                }
            }
            swap(&items, &spare)
        }
    }

    private static func count(_ items: UnsafeBufferPointer<UInt64>, _ counts: UnsafeMutablePointer<Int>, digits: Int) {
        for item in items {
            var rest = item >> 32
            for digit in 0..<digits {
                counts[digit &* bucketCount &+ Int(truncatingIfNeeded: rest) & (bucketCount - 1)] &+= 1
                rest &>>= UInt64(digitBits)
            }
        }
    }

    /// Puts rows of one high part in the order of their whole keys.
    func settle(_ items: inout [UInt64], _ values: UnsafeBufferPointer<Double>) {
        func value(_ item: UInt64) -> Double { values[Int(truncatingIfNeeded: item & 0xFFFF_FFFF)] }
        items.withUnsafeMutableBufferPointer { items in
            var start = 0
            while start < items.count {
                let high = items[start] >> 32
                var (end, isOrdered, last) = (start + 1, true, value(items[start]))
                while end < items.count, items[end] >> 32 == high {
                    let next = value(items[end])
                    if next < last { isOrdered = false }
                    last = next
                    end += 1
                }
                if !isOrdered {
                    items[start..<end].sort { first, second in
                        let (a, b) = (value(first), value(second))
                        return a < b || a == b && first < second
                    }
                }
                start = end
            }
        }
    }
}
