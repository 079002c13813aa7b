namespace EdgeStream.Mqtt;

/// <summary>The host's answer to one message: decided at once, decided by a task, or not yet taken over.</summary>
/// <remarks>A value without allocation. Any number of receipts may share one task, for example that of a group
/// commit.</remarks>
public readonly struct PublishReceipt
{
    private readonly Task? _task;
    private readonly PublishOutcome _outcome;

    private PublishReceipt(Task? task, PublishOutcome outcome)
    {
        _task = task;
        _outcome = outcome;
    }

    /// <summary>The message is safe already.</summary>
    public static PublishReceipt Accepted => default;

    /// <summary>The message is refused.</summary>
    /// <param name="reason">See <see cref="PublishOutcome.Refused"/>.</param>
    /// <returns>A decided receipt.</returns>
    public static PublishReceipt Refused(MqttReasonCode reason) => new(null, PublishOutcome.Refused(reason));

    /// <summary>The message is safe when the task completes, and refused if it fails.</summary>
    /// <remarks>It may be completed in any thread. Broker and client go on there only if it is one of the thread pool;
    /// any other is kept for less than a microsecond.</remarks>
    /// <param name="safe">May be shared by many messages.</param>
    /// <returns>A receipt that the task decides.</returns>
    public static PublishReceipt WhenSafe(Task safe)
    {
        ArgumentNullException.ThrowIfNull(safe);
        return new PublishReceipt(safe, default);
    }

    /// <summary>The task tells whether the message was accepted.</summary>
    /// <param name="decided">Its failure refuses the message.</param>
    /// <returns>A receipt that the task decides.</returns>
    public static PublishReceipt WhenDecided(Task<PublishOutcome> decided) => WhenSafe(decided);

    /// <summary>The host has no room now: it takes the message over later, and the connection is not read until
    /// then.</summary>
    /// <remarks>Keeps the order of a connection's messages, and is the back-pressure that reaches the publisher's
    /// socket.
    /// The host copies the message first: its memory is not valid after the call.</remarks>
    /// <param name="receipt">Completes with the receipt once the message is taken over.</param>
    /// <returns>A receipt that holds the connection.</returns>
    public static PublishReceipt Deferred(Task<PublishReceipt> receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return new PublishReceipt(receipt, default);
    }

    internal Task<PublishReceipt>? DeferredReceipt => _task as Task<PublishReceipt>;

    /// <summary>Whether <see cref="Outcome"/> can be asked for without waiting.</summary>
    internal bool IsDecided => _task is null || _task.IsCompleted;

    /// <summary>What decides; null where it is decided.</summary>
    internal Task? Decision => _task;

    /// <summary>The outcome of a decided receipt; a failed task is a refusal.</summary>
    internal PublishOutcome Outcome
    {
        get
        {
            if (_task is null)
            {
                return _outcome;
            }

            if (!_task.IsCompletedSuccessfully)
            {
                return PublishOutcome.Refused(MqttReasonCode.UnspecifiedError);
            }

            return _task is Task<PublishOutcome> decided ? decided.Result : PublishOutcome.Accepted;
        }
    }
}
