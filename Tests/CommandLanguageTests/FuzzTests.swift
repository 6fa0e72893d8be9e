import Foundation
import Testing

@testable import CommandLanguage

/// Scripts of the tests, damaged at random, through lexer, parser, checker and formatter: none crashes or hangs, and what
/// can be read is formatted without a change of meaning. `TTA_FUZZ_INPUTS` sets how many; a failure names the number.
@Suite("Damaged scripts") struct FuzzTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let pieces = [
        "(", ")", "[", "]", "{", "}", "\"", "'", "`", "\\", "\n", ";", "#", "#%%", "=", "==", "~", ",", ".", "..", "-",
        "^",
        "if", "else", "for", "in", "def", "return", "catch", "not", "and", "version 1", "x", "people", "each", "fit",
        "1",
        "0.5e3", "\u{0}", "é", "字", "\u{1F600}", "\r\n", "\t", "{x}", "\"{", "\\{", "missing", "?",
    ]

    @Test func areReadWithoutACrash() throws {
        let count = ProcessInfo.processInfo.environment["TTA_FUZZ_INPUTS"].flatMap(Int.init) ?? 20_000
        let texts = try LanguageFile.all.map { Array(try String(contentsOfFile: $0.path, encoding: .utf8).utf8) }
        let commands = CommandRegistry(sampleCommands)
        for number in 0..<count {
            var generator = Generator(state: UInt64(number))
            let text = Self.damaged(texts, &generator)
            let start = ContinuousClock.now
            let file = SourceFile(name: "fuzz", text: text)
            let (script, problems) = Parser.parse(file, commands: commands)
            var checker = Checker(commands: commands)
            checker.check(script)
            for diagnostic in problems + checker.diagnostics {
                let range = diagnostic.range
                let isInside = range.lower >= 0 && range.lower <= range.upper && range.upper <= range.file.bytes.count
                try #require(isInside, "input \(number)")
            }
            if problems.isEmpty {
                let once = try ScriptFormatter.format(file, commands: commands)
                let again = try ScriptFormatter.format(SourceFile(name: "fuzz", text: once), commands: commands)
                try #require(again == once, "input \(number) changes when it is formatted twice")
                try #require(Self.tokens(once) == Self.tokens(text), "input \(number) means something else formatted")
            }
            try #require(ContinuousClock.now - start < .seconds(5), "input \(number) takes long")
        }
    }

    private static func damaged(_ texts: [[UInt8]], _ generator: inout Generator) -> String {
        var bytes = texts.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: pieces.randomElement(using: &generator)!.utf8, at: place)
            case 2:
                bytes.insert(
                    contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &generator))
            case 3: if place < bytes.count { bytes[place] = UInt8.random(in: .min ... .max, using: &generator) }
            default:
                let other = texts.randomElement(using: &generator) ?? []
                let lower = Int.random(in: 0...other.count, using: &generator)
                bytes.insert(contentsOf: other[lower..<min(other.count, lower + 40)], at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func tokens(_ text: String) -> [String] {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        lexer.run()
        return lexer.tokens.filter { $0.kind != .separator && $0.kind != .end }.map { file.slice($0.lower, $0.upper) }
    }
}
