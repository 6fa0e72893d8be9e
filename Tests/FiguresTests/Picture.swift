import Foundation

@testable import Figures

/// The pixels of a PNG of eight bits per channel, as gnuplot's pngcairo writes it.
struct Picture {
    struct Unreadable: Error { let what: String }

    let width: Int
    let height: Int
    /// Red, green and blue, row by row from the top.
    let pixels: [UInt8]

    /// Whether gnuplot is here and can draw such pictures.
    static let canBeDrawn = (try? GnuplotProcess.run("set terminal pngcairo\n")) != nil

    /// Whether fontconfig finds a font of that very name.
    static func isInstalled(_ font: String) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["fc-match", "--format=%{family}", font]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return said.split(separator: ",").contains(Substring(font))
    }

    init(png data: Data) throws {
        let bytes = [UInt8](data)
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            throw Unreadable(what: "no PNG")
        }
        func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        var (place, packed, header) = (8, [UInt8](), [UInt8]())
        while place + 12 <= bytes.count {
            let length = number(place)
            let content = bytes[(place + 8)..<(place + 8 + length)]
            switch String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self) {
            case "IHDR": header = Array(content)
            case "IDAT": packed += content
            default: break
            }
            place += 12 + length
        }
        guard header.count == 13, header[8] == 8, [2, 6].contains(header[9]), header[12] == 0 else {
            throw Unreadable(what: "not eight bits of red, green and blue, row by row")
        }
        width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        let channels = header[9] == 2 ? 3 : 4
        var inflate = Inflate(Array(packed.dropFirst(2)))
        let lines = try inflate.bytes()
        guard lines.count == height * (width * channels + 1) else { throw Unreadable(what: "pixels are missing") }
        pixels = Self.unfiltered(lines, width: width, height: height, channels: channels)
    }

    private static func unfiltered(_ lines: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
        let stride = width * channels
        var (previous, pixels) = ([UInt8](repeating: 0, count: stride), [UInt8]())
        pixels.reserveCapacity(width * height * 3)
        for row in 0..<height {
            let start = row * (stride + 1)
            var line = Array(lines[(start + 1)...(start + stride)])
            for i in 0..<stride {
                let left = i >= channels ? Int(line[i - channels]) : 0
                let (above, corner) = (Int(previous[i]), i >= channels ? Int(previous[i - channels]) : 0)
                let guess =
                    switch lines[start] {
                    case 1: left
                    case 2: above
                    case 3: (left + above) / 2
                    case 4:
                        [left, above, corner].min { first, second in
                            abs(left + above - corner - first) < abs(left + above - corner - second)
                        }!
                    default: 0
                    }
                line[i] = line[i] &+ UInt8(guess)
            }
            for x in 0..<width { pixels += line[(x * channels)..<(x * channels + 3)] }
            previous = line
        }
        return pixels
    }

    // MARK: Comparing

    /// The mean colour of each cell, 0 to 1 per channel, channel by channel.
    private func cells(across: Int, down: Int) -> [[Double]] {
        var sums = [[Double]](repeating: [Double](repeating: 0, count: across * down), count: 3)
        var counts = [Double](repeating: 0, count: across * down)
        for y in 0..<height {
            for x in 0..<width {
                let cell = (y * down / height) * across + x * across / width
                counts[cell] += 1
                for channel in 0..<3 { sums[channel][cell] += Double(pixels[(y * width + x) * 3 + channel]) / 255 }
            }
        }
        return sums.map { zip($0, counts).map { $0 / $1 } }
    }

    /// Of each cell the least and the largest value within `reach` cells, looked for along rows, then along columns.
    private static func extremes(_ values: [Double], across: Int, down: Int, reach: Int) -> (
        low: [Double], high: [Double]
    ) {
        func spread(_ values: [Double], _ pick: (Double, Double) -> Double) -> [Double] {
            var (rows, both) = (values, values)
            for y in 0..<down {
                for x in 0..<across {
                    for near in max(0, x - reach)...min(across - 1, x + reach) {
                        rows[y * across + x] = pick(rows[y * across + x], values[y * across + near])
                    }
                }
            }
            both = rows
            for y in 0..<down {
                for x in 0..<across {
                    for near in max(0, y - reach)...min(down - 1, y + reach) {
                        both[y * across + x] = pick(both[y * across + x], rows[near * across + x])
                    }
                }
            }
            return both
        }
        return (spread(values, min), spread(values, max))
    }

    /// The places, in millimetres from the upper left, at which two pictures of a page show different things.
    ///
    /// In cells of half a millimetre. A thing may be a millimetre from its place and its ink differ by a fifth, which
    /// other builds of gnuplot and other fonts with the same widths need: a cell counts when its mean colour is none that
    /// the other picture has around the place.
    static func differences(
        _ first: Picture, _ second: Picture, width: Double, height: Double
    ) -> [(x: Double, y: Double)] {
        let (across, down) = (Int((width * 2).rounded()), Int((height * 2).rounded()))
        let cells = [first, second].map { $0.cells(across: across, down: down) }
        var differs = [Bool](repeating: false, count: across * down)
        for (own, other) in [(0, 1), (1, 0)] {
            for channel in 0..<3 {
                let around = extremes(cells[other][channel], across: across, down: down, reach: 2)
                for (cell, value) in cells[own][channel].enumerated()
                where value < around.low[cell] - 0.2 || value > around.high[cell] + 0.2 {
                    differs[cell] = true
                }
            }
        }
        return differs.indices.filter { differs[$0] }.map { (Double($0 % across) / 2, Double($0 / across) / 2) }
    }
}

/// Unpacks what RFC 1951 describes.
private struct Inflate {
    private let input: [UInt8]
    private var (place, buffer, available) = (0, 0, 0)
    private var output: [UInt8] = []

    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]

    /// A canonical Huffman code: how many codes of each length, and the symbols in the codes' order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(_ lengths: [Int]) {
            for length in lengths where length > 0 { counts[length] += 1 }
            symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        }
    }

    init(_ input: [UInt8]) { self.input = input }

    private mutating func bits(_ count: Int) throws -> Int {
        while available < count {
            guard place < input.count else { throw Picture.Unreadable(what: "the data end early") }
            buffer |= Int(input[place]) << available
            (place, available) = (place + 1, available + 8)
        }
        defer {
            buffer >>= count
            available -= count
        }
        return buffer & (1 << count - 1)
    }

    private mutating func symbol(_ code: Code) throws -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Picture.Unreadable(what: "no such code")
    }

    mutating func bytes() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0:
                (buffer, available) = (0, 0)
                guard place + 4 <= input.count else { throw Picture.Unreadable(what: "the data end early") }
                let length = Int(input[place]) | Int(input[place + 1]) << 8
                output += input[(place + 4)..<(place + 4 + length)]
                place += 4 + length
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try block(Code(lengths), Code([Int](repeating: 5, count: 30)))
            case 2:
                let (literals, distances, codes) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
                var lengths = [Int](repeating: 0, count: 19)
                let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
                for place in order.prefix(codes) { lengths[place] = try bits(3) }
                let code = Code(lengths)
                var all: [Int] = []
                while all.count < literals + distances {
                    switch try symbol(code) {
                    case 16: all += [Int](repeating: all[all.count - 1], count: try bits(2) + 3)
                    case 17: all += [Int](repeating: 0, count: try bits(3) + 3)
                    case 18: all += [Int](repeating: 0, count: try bits(7) + 11)
                    case let length: all.append(length)
                    }
                }
                try block(Code(Array(all[..<literals])), Code(Array(all[literals...])))
            default: throw Picture.Unreadable(what: "no such block")
            }
        }
        return output
    }

    private mutating func block(_ literals: Code, _ distances: Code) throws {
        while true {
            let found = try symbol(literals)
            if found < 256 {
                output.append(UInt8(found))
            } else if found == 256 {
                return
            } else {
                let length = Self.lengths[found - 257] + (try bits(Self.lengthBits[found - 257]))
                let far = try symbol(distances)
                let distance = Self.distances[far] + (try bits(Self.distanceBits[far]))
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }
    }
}
