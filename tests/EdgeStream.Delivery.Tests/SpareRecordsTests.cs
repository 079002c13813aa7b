using System.Buffers;

namespace EdgeStream.Delivery.Tests;

/// <summary>Records of attempts that are over serve the next one.</summary>
public sealed class SpareRecordsTests
{
    private readonly SpareRecords _spares = new();

    [Fact]
    public void Whoever_comes_next_has_what_was_given_back_and_one_beside_it_has_none()
    {
        var taken = _spares.TakeAll();
        Assert.Empty(taken);
        var record = Record();
        taken.Push(record);
        _spares.GiveBack(taken);
        Assert.Same(record, Assert.Single(_spares.TakeAll()));
        Assert.Empty(_spares.TakeAll());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    public void Of_two_that_were_given_back_the_larger_is_kept(int first, int second)
    {
        foreach (var count in new[] { first, second })
        {
            var records = new Stack<DeliveredRecord>();
            for (var i = 0; i < count; i++)
            {
                records.Push(Record());
            }

            _spares.GiveBack(records);
        }

        Assert.Equal(3, _spares.TakeAll().Count);
    }

    private static DeliveredRecord Record() =>
        DeliveredRecord.Read(new ReadOnlySequence<byte>("{\"sequence\":1}"u8.ToArray()));
}
