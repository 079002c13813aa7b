using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>What a destination that takes record by record may begin, and what counts of what it told.</summary>
public class RecordProgressTests
{
    private const int Max = RecordProgress.RejectionsMax;

    [Fact]
    public void The_last_record_that_may_not_be_begun_comes_again_though_the_object_was_ended()
    {
        var records = Open(Pending(Max + 1));
        RejectAll(records, Max);
        Assert.False(records.MayBegin(Max + 1));
        records.End();
        Assert.Equal(Max, records.SettledThrough(Max + 1));
    }

    [Fact]
    public void What_was_settled_before_a_crash_may_be_begun_however_many_are_rejected()
    {
        var pending = Pending(3 * Max) with
        {
            Accepted = [new SequenceRun(1, 2 * Max)],
            Rejections = [.. Enumerable.Range(1, Max).Select(number => RejectionOf(2 * number))],
        };
        var records = Open(pending);
        for (var line = 0; line < 2 * Max; line++)
        {
            Assert.True(records.MayBegin(line + 1));
            Assert.False(records.Begin(line, line + 1, null));
        }

        Assert.False(records.MayBegin((2 * Max) + 1));
        Assert.Equal(2 * Max, records.SettledThrough(3 * Max));
    }

    [Fact]
    public void Further_lines_of_an_aggregated_record_are_rejected_together()
    {
        var records = Open(Pending(1));
        const int Lines = 3 * Max;
        for (var line = 0; line < Lines; line++)
        {
            Assert.True(records.MayBegin(1));
            records.Begin(line, 1, line);
            records.Reject(line, line, RejectionReason.InvalidData, "0x99", "No.");
        }

        records.End();
        Assert.Equal(1, records.SettledThrough(1));
        Assert.Equal(Max + 1, records.Rejections.Count);
        Assert.Null(Assert.Single(records.Rejections, static rejection => rejection.SubSequence is null).SubSequence);
        var inOrder = ErrorOutput.InOrder(records.Rejections, 1);
        Assert.Equal(Max, inOrder.FindIndex(static rejection => rejection.SubSequence is null));
    }

    [Fact]
    public void Of_many_rejections_only_the_first_have_words_of_their_own()
    {
        const int Lines = 2 * Max;
        var records = Open(Pending(Lines));
        for (var line = 0; line < Lines; line++)
        {
            records.Begin(line, line + 1, null);
            records.Reject(line, null, RejectionReason.Refused, line % 2 == 0 ? "a" : $"{line}", $"No {line}.");
        }

        var messages = records.Rejections.Select(static rejection => rejection.Cause.Message).Distinct();
        Assert.Equal(Max + 1, messages.Count());
        Assert.Equal(("a", "No 0."), (records.Rejections[Max].Cause.Code, records.Rejections[Max].Cause.Message));
        Assert.Equal("", records.Rejections[Max + 1].Cause.Message);
        Assert.Equal(Lines, records.Rejections.Count);
    }

    [Fact]
    public void That_something_was_taken_is_known_before_and_after_a_crash()
    {
        var records = Open(Pending(2));
        records.Begin(0, 1, null);
        records.Reject(0, null, RejectionReason.Refused, "", "");
        records.Begin(1, 2, null);
        Assert.False(records.HasAccepted);
        records.Accept(1);
        Assert.True(records.HasAccepted);
        var again = Open(Pending(2) with { Accepted = [new SequenceRun(1, 2)], Rejections = [RejectionOf(1)] });
        again.Begin(0, 1, null);
        Assert.False(again.HasAccepted);
        again.Begin(1, 2, null);
        Assert.True(again.HasAccepted);
    }

    [Fact]
    public void An_object_of_which_a_line_is_settled_is_not_given_up()
    {
        var records = Open(Pending(2));
        Assert.False(records.HasSettled);
        records.Begin(0, 1, 0);
        Assert.False(records.HasSettled);
        records.Accept(0);
        Assert.True(records.HasSettled);
        Assert.True(Open(Pending(2) with { Accepted = [new SequenceRun(1, 1)] }).HasSettled);
    }

    private static RecordProgress Open(PendingExtent pending) =>
        new(pending, isKept: true, new ManualTimeProvider(), save: null);

    private static PendingExtent Pending(int records) =>
        new(new SequenceNumber(1), new SequenceNumber(records), records, CompressionKind.None, "o");

    private static Rejection RejectionOf(long sequence) =>
        new(sequence, null, RejectionCause.Of(RejectionReason.Refused, "", ""), 1, default);

    private static void RejectAll(RecordProgress records, int count)
    {
        for (var line = 0; line < count; line++)
        {
            Assert.True(records.MayBegin(line + 1));
            Assert.True(records.Begin(line, line + 1, null));
            records.Reject(line, null, RejectionReason.Refused, "", "");
        }
    }

    [Fact]
    public void Records_without_a_line_do_not_part_those_around_them()
    {
        var records = new RecordProgress(
            Pending(100), true, new ManualTimeProvider(DeliveryStage.Start), null,
            [new SequenceRun(1, 50), new SequenceRun(52, 100)]);
        foreach (var (line, sequence) in new[] { (0, 5), (1, 20), (2, 50), (3, 60), (4, 70), (5, 80) })
        {
            records.Begin(line, sequence, null);
            if (line != 4)
            {
                records.Accept(line);
            }
        }

        records.End();
        Assert.Equal(
            [new SequenceRun(5, 50), new SequenceRun(60, 60), new SequenceRun(80, 80)], records.SettledRuns());
        Assert.Equal(60, records.SettledThrough(100));
    }
}
