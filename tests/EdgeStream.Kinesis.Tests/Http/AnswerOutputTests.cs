using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Kinesis.Tests.Http;

/// <summary>What an answer of events holds of the room of all answers.</summary>
public sealed class AnswerOutputTests
{
    private const int Chunk = AnswerOutput.ChunkSizeBytes;

    [Fact]
    public async Task The_room_of_a_large_event_is_given_back_before_the_next_one()
    {
        var budget = new AnswerBudget(64 << 20, TimeProvider.System);
        using var output = OutputOf(budget);
        await output.WaitForRoomAsync(10 << 20, default);
        Write(output, 10 << 20);
        Assert.InRange(budget.SizeBytes, 10 << 20, 17 << 20);
        await output.WaitForRoomAsync(0, default);
        Assert.Equal(5 * Chunk, budget.SizeBytes);
        Assert.InRange(output.Buffer.Capacity, 0, Chunk);
    }

    [Fact]
    public async Task An_answer_that_goes_on_lets_those_before_it_that_wait()
    {
        var budget = new AnswerBudget(1 << 20, TimeProvider.System);
        using var busy = OutputOf(budget);
        using var large = OutputOf(budget);
        await busy.WaitForRoomAsync(0, default);
        var waiting = large.WaitForRoomAsync(2 << 20, default).AsTask();
        Assert.False(waiting.IsCompleted);
        var again = busy.WaitForRoomAsync(0, default).AsTask();
        await waiting;
        Assert.False(again.IsCompleted);
        large.Release();
        await again;
        Assert.Equal(5 * Chunk, budget.SizeBytes);
    }

    [Fact]
    public async Task As_many_subscriptions_as_there_may_be_send_at_the_same_time()
    {
        var limits = new KinesisLimits();
        var budget = new AnswerBudget(limits.AnswerBytesMax, TimeProvider.System);
        using var output = OutputOf(budget);
        await output.WaitForRoomAsync(0, default);
        Write(output, Chunk + (Chunk / 2));
        output.EndWriting();
        Assert.Equal(output.Buffer.Capacity + Chunk, budget.SizeBytes);
        Assert.InRange(limits.SubscriptionsMax * budget.SizeBytes, 1, limits.AnswerBytesMax);
    }

    private static AnswerOutput OutputOf(AnswerBudget budget) =>
        new(new FeatureCollection(), budget, TimeSpan.FromSeconds(1));

    private static void Write(AnswerOutput output, int sizeBytes)
    {
        for (var written = 0; written < sizeBytes; written += Chunk / 2)
        {
            output.Buffer.Write(new byte[Chunk / 2]);
        }
    }
}
