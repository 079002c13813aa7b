using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Records that are found lost count once.</summary>
public sealed class LostRecordsTests
{
    public static TheoryData<int> Seeds() => [.. TestSeed.Take(20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Ranges_that_overlap_or_repeat_count_each_record_once(int seed) => TestSeed.Run(seed, random =>
    {
        var lost = new LostRecords();
        var model = new HashSet<long>();
        for (var step = 0; step < 200; step++)
        {
            var first = random.Next(1, 500);
            if (random.Next(20) == 0)
            {
                lost.ForgetAfter(new SequenceNumber(first));
                model.RemoveWhere(sequence => sequence > first);
            }
            else
            {
                var last = first + random.Next(0, 12);
                lost.Add(new SequenceNumber(first), new SequenceNumber(last));
                model.UnionWith(Enumerable.Range(first, last - first + 1).Select(value => (long)value));
            }

            Assert.Equal(model.Count, lost.Count);
        }
    });
}
