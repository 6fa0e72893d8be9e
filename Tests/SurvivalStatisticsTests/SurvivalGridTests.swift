import SurvivalStatistics
import Testing

@Suite struct SurvivalGridTests {
    @Test func eventTimesOnceEachFromZeroToTheEnds() {
        #expect(survivalGrid(eventTimes: [3, 1, 3, 0], ends: [7, 3]) == [0, 1, 3, 7])
        #expect(survivalGrid(eventTimes: [], ends: [0]) == [0])
    }

    @Test func ofManyAHundredEvenlyByRank() {
        // 199 times, the last of them far away: every second one is kept, with the first and the last.
        let times = (1...198).map(Double.init) + [1e6]
        #expect(
            survivalGrid(eventTimes: times, ends: []) == [0] + stride(from: 1, through: 197, by: 2).map(Double.init) + [
                1e6
            ])
    }
}
