import Foundation
import Testing

/// A process that is killed while it writes the feature cache leaves nothing that a later one trusts.
@Suite(.serialized) struct FeatureCacheTests {
    private let built: BuiltProgram

    init() throws { built = try BuiltProgram() }

    private func script(_ cache: Bool, _ result: String) -> String {
        """
        c = simulate patients=16 patches=3000 features=256 sets=5 genes=4 seed=3 folder="bags"
        attach c histology "bags" cache=\(cache)
        folds c k=2 seed=1
        save (crossvalidate (model tta dim=8) on=c precision=fp32 epochs=1 seed=1) "\(result)"
        """
    }

    private var files: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: built.folder.path + "/bags")) ?? []
    }

    @Test func killedAtAnyMoment() throws {
        defer { built.remove() }
        let plain = try built.write(script(false, "plain.json"), to: "plain.tta")
        let cached = try built.write(script(true, "cached.json"), to: "cached.tta")
        #expect(try built.run("run", plain).status == 0)
        let expected = try built.text("plain.json")
        #expect(!files.contains { $0.contains("cache") })

        var killedWhileWriting = 0
        for delay in [0.0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08] {
            try? FileManager.default.removeItem(atPath: built.folder.path + "/bags/tta-features.cache")
            let process = built.process(["run", cached])
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try built.handle("output")
            process.standardError = try built.handle("errors")
            try process.run()
            let end = Date(timeIntervalSinceNow: 120)
            while process.isRunning, Date() < end, !files.contains(where: { $0.contains("cache.part-") }) {
                usleep(500)
            }
            usleep(UInt32(delay * 1e6))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if files.contains(where: { $0.contains("cache.part-") }) { killedWhileWriting += 1 }

            try? FileManager.default.removeItem(atPath: built.folder.path + "/cached.json")
            let fresh = try built.run("run", cached)
            #expect(fresh.status == 0 && !fresh.errors.contains("warning"))
            #expect(try built.text("cached.json") == expected)
            #expect(files.contains("tta-features.cache") && !files.contains { $0.contains("part-") })
        }
        #expect(killedWhileWriting >= 3)
    }
}
