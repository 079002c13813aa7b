using System.Runtime.CompilerServices;

namespace EdgeStream.Kinesis;

/// <summary>Waits for a task that completes on a thread that others wait for, and goes on where the host
/// says.</summary>
/// <param name="task">What is waited for.</param>
/// <param name="handOn">Goes on with something elsewhere; null for the thread pool.</param>
internal readonly struct HandedOn(Task task, Action<Action>? handOn) : ICriticalNotifyCompletion
{
    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted => task.IsCompleted;

    /// <summary>What is awaited: this.</summary>
    public HandedOn GetAwaiter() => this;

    /// <summary>Throws what the task failed with.</summary>
    public void GetResult() => task.GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation)
    {
        if (handOn is not { } goOn)
        {
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(continuation);
            return;
        }

        // An awaiter of a task that several wait for would go on in the thread pool but for one of them.
        task.ContinueWith(
            _ => goOn(continuation),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
