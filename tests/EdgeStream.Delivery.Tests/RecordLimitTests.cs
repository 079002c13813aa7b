namespace EdgeStream.Delivery.Tests;

/// <summary>How large batches are for a destination that takes only so many records at once.</summary>
public class RecordLimitTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(777)]
    [InlineData(3)]
    public void A_limit_is_found_and_seldom_tried_again(long takes)
    {
        var limit = new RecordLimit();
        var (refused, taken, records) = (0, 0, 0L);
        for (var batch = 0; batch < 2000; batch++)
        {
            var size = Math.Min(limit.RecordsMax, 100_000);
            if (size > takes)
            {
                limit.Refuse(size);
                refused++;
            }
            else
            {
                limit.Take(size);
                taken++;
                records += size;
            }
        }

        Assert.True(refused < 70, $"{refused} of {refused + taken}");
        Assert.True(records > 0.8 * taken * takes, $"{records} in {taken}");
    }

    [Fact]
    public void After_one_record_that_was_at_fault_it_is_soon_as_before()
    {
        const long Batch = 100_000;
        var limit = new RecordLimit();
        for (var size = Batch; size > 1; size = limit.RecordsMax)
        {
            limit.Refuse(size);
        }

        limit.Forget();
        var batches = 0;
        for (; limit.RecordsMax < Batch; batches++)
        {
            limit.Take(limit.RecordsMax);
        }

        Assert.InRange(batches, 1, 20);
    }

    [Fact]
    public void What_is_smaller_for_want_of_records_says_nothing()
    {
        var limit = new RecordLimit();
        limit.Refuse(100);
        for (var i = 0; i < 1000; i++)
        {
            limit.Take(10);
        }

        Assert.Equal(50, limit.RecordsMax);
    }
}
