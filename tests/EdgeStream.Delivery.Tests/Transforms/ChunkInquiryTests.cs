namespace EdgeStream.Delivery.Tests;

/// <summary>Which records of a chunk are the reason why a transform fails.</summary>
public sealed class ChunkInquiryTests
{
    private const int ChunkRecords = 500;

    [Theory]
    [InlineData(0)]
    [InlineData(317)]
    [InlineData(499)]
    public async Task A_record_that_fails_alone_each_time_is_found_among_many(int place)
    {
        var transform = new Transform(place);
        var answers = await new ChunkInquiry(transform).AskAsync(Chunk(), default);
        for (var i = 0; i < ChunkRecords; i++)
        {
            Assert.Equal(i == place ? TransformOutcome.Failed : TransformOutcome.Ok, answers[i].Outcome);
        }

        Assert.Equal("Transform.Failed", answers[place].Cause?.Code);
        Assert.InRange(transform.Asks, 3, 22);
    }

    [Fact]
    public async Task A_record_that_fails_now_and_then_is_transformed()
    {
        var transform = new Transform(7) { FailuresMax = 11 };
        var answers = await new ChunkInquiry(transform).AskAsync(Chunk(), default);
        Assert.All(answers, answer => Assert.Equal(TransformOutcome.Ok, answer.Outcome));
        Assert.Equal("7", Chunks.TextOf(answers[7]));
    }

    [Fact]
    public async Task A_transform_that_answers_for_none_is_at_fault_itself_and_not_asked_for_long()
    {
        var transform = new Transform([.. Enumerable.Range(0, ChunkRecords)]);
        await Assert.ThrowsAsync<TransformFaultException>(
            () => new ChunkInquiry(transform).AskAsync(Chunk(), default));
        Assert.InRange(transform.Asks, 1, 50);
    }

    [Fact]
    public async Task A_record_alone_proves_nothing()
    {
        var inquiry = new ChunkInquiry(new Transform(0));
        await Assert.ThrowsAsync<TransformFaultException>(() => inquiry.AskAsync(Chunks.Of("0"), default));
        await Assert.ThrowsAsync<TransformFaultException>(() => inquiry.AskAsync(Chunks.Of("0"), default));
    }

    [Fact]
    public async Task So_many_records_that_fail_are_the_transforms_fault()
    {
        var few = await new ChunkInquiry(new Transform([.. Enumerable.Range(0, ChunkInquiry.SuspectsMax)]))
            .AskAsync(Chunk(), default);
        Assert.Equal(ChunkInquiry.SuspectsMax, few.Count(answer => answer.Outcome == TransformOutcome.Failed));
        await Assert.ThrowsAsync<TransformFaultException>(
            () => new ChunkInquiry(new Transform([.. Enumerable.Range(0, ChunkInquiry.SuspectsMax + 1)]))
                .AskAsync(Chunk(), default));
    }

    [Fact]
    public async Task A_transform_that_is_away_is_asked_once()
    {
        var transform = new Transform(3) { Fault = new IOException("away") };
        await Assert.ThrowsAsync<IOException>(() => new ChunkInquiry(transform).AskAsync(Chunk(), default));
        Assert.Equal(1, transform.Asks);
    }

    private static RecordChunk Chunk() =>
        Chunks.Of(Enumerable.Range(0, ChunkRecords).Select(number => $"{number}"));

    /// <summary>Answers with the data, and fails over the records at some places.</summary>
    private sealed class Transform(params int[] bad) : IChunkTransform
    {
        private readonly HashSet<string> _bad = [.. bad.Select(place => $"{place}")];
        private int _failures;

        public int Asks { get; private set; }

        public int FailuresMax { get; init; } = int.MaxValue;

        public Exception Fault { get; init; } = new TransformFaultException("failed");

        public Task<TransformAnswer[]> ApplyAsync(RecordChunk chunk, CancellationToken cancellationToken)
        {
            Asks++;
            var answers = new TransformAnswer[chunk.Count];
            for (var i = 0; i < chunk.Count; i++)
            {
                var data = chunk[i].Data.ToArray();
                if (_bad.Contains(System.Text.Encoding.UTF8.GetString(data)) && _failures < FailuresMax)
                {
                    _failures++;
                    throw Fault;
                }

                answers[i] = new TransformAnswer(TransformOutcome.Ok, data, null);
            }

            return Task.FromResult(answers);
        }

        public void Dispose()
        {
        }
    }
}
