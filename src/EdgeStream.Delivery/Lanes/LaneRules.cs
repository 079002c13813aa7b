namespace EdgeStream.Delivery;

/// <summary>When a lane sends, and what; by itself, in strict order: whenever there is something.</summary>
/// <remarks>Not thread-safe: the lane is its only user.</remarks>
internal class LaneRules(DeliveryDefinition definition)
{
    /// <summary>Whether what the lane sends is marked as having waited.</summary>
    public virtual bool IsHistorical => false;

    /// <summary>A batch is closed before its lines exceed this.</summary>
    public virtual long BatchBytesMax => definition.BufferBytes;

    /// <summary>Whether a batch goes out with what is there, without waiting for more.</summary>
    public virtual bool IsUrgent => false;

    /// <summary>The delivery.</summary>
    protected DeliveryDefinition Definition => definition;

    /// <summary>Begins a step; waits until it may. False where the lane has nothing to do any more.</summary>
    public virtual ValueTask<bool> BeginAsync() => ValueTask.FromResult(true);

    /// <summary>Begins an attempt; waits until it may. False where the pipeline stops first.</summary>
    public virtual ValueTask<bool> MayAttemptAsync() => ValueTask.FromResult(true);

    /// <summary>Whether an attempt that was let begin may still begin.</summary>
    public virtual bool MayAttemptNow => true;

    /// <summary>After what time an attempt that begins now is given up, or when a link may be back; null leaves that to
    /// the destination.</summary>
    public virtual TimeSpan? AttemptTimeMax() => null;

    /// <summary>A batch is about to be sent.</summary>
    public virtual void Send(Batch batch)
    {
    }

    /// <summary>An attempt has failed.</summary>
    public virtual void Fail(SendResult result)
    {
    }

    /// <summary>An attempt may not begin yet: the link is not to be used, or another shard tries it.</summary>
    public virtual void Hold()
    {
    }

    /// <summary>The lane waits for records, or for something else that is not the destination.</summary>
    public virtual void Rest()
    {
    }

    /// <summary>Whether the batch that was not accepted is left pending, for one of what has come since.</summary>
    public virtual bool Leave() => false;

    /// <summary>How long the lane waits after an answer.</summary>
    public virtual RetryOptions RetryAfter(SendResult result) => definition.Retry;

    /// <summary>Waits until the other lane has nothing to do any more, or the pipeline stops.</summary>
    public virtual Task WaitForOtherAsync() => Task.CompletedTask;

    /// <summary>Waits until a condition holds or the pipeline stops; who makes it hold wakes it.</summary>
    protected static async Task WaitUntilAsync(Func<bool> condition, PipelineSignals signals)
    {
        while (true)
        {
            var wake = signals.Wake.Arm();
            if (condition() || signals.IsStopping)
            {
                return;
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, wake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
