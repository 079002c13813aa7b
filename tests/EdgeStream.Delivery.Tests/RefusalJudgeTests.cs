namespace EdgeStream.Delivery.Tests;

/// <summary>A refusal is a record's own fault only where the destination takes others.</summary>
public class RefusalJudgeTests
{
    private const int Max = RefusalJudge.RefusalsInARowMax;

    [Fact]
    public void While_nothing_was_taken_no_record_is_at_fault()
    {
        var judge = new RefusalJudge();
        Assert.False(judge.MayReject());
        Assert.False(judge.MayReject("a"));
        judge.Take("b");
        Assert.True(judge.MayReject());
        Assert.True(judge.MayReject("a"));
        judge.Reset();
        Assert.False(judge.MayReject("a"));
    }

    [Fact]
    public void A_place_that_took_something_is_not_what_is_wrong()
    {
        var judge = new RefusalJudge();
        judge.Take("a");
        judge.Take("b");
        Assert.False(judge.MayReject("a"));
        Assert.True(judge.MayReject());
    }

    [Fact]
    public void All_are_believed_or_none_and_those_in_a_row_count_together()
    {
        var judge = new RefusalJudge();
        Assert.False(judge.MayRejectAll(1));
        judge.Take();
        Assert.False(judge.MayRejectAll(Max + 1));
        Assert.True(judge.MayRejectAll(Max - 1));
        Assert.False(judge.MayRejectAll(2));
        Assert.True(judge.MayRejectAll(1));
        Assert.False(judge.MayReject());
        judge.Take();
        Assert.True(judge.MayRejectAll(Max));
    }

    [Fact]
    public void So_many_are_believed_in_a_row_and_each_place_counts_once()
    {
        var judge = new RefusalJudge();
        judge.Take("good");
        for (var place = 0; place < Max; place++)
        {
            Assert.True(judge.MayReject($"{place}"));
            Assert.True(judge.MayReject("0"));
        }

        Assert.False(judge.MayReject("more"));
        Assert.False(judge.MayReject());
        Assert.True(judge.MayReject("0"));
        judge.Take("good");
        Assert.True(judge.MayReject("more"));
    }
}
