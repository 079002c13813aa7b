using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Actions;

/// <summary>Runs a command with a notification on its standard input.</summary>
/// <remarks>Done is an exit code of 0, refused one of 65 (EX_DATAERR); every other fails and is tried again. At most
/// four commands of all actions run at a time.</remarks>
internal sealed class ExecAction(
    IReadOnlyList<string> command, TimeSpan timeout, AlertmanagerPayload payload, TimeProvider time) : IAlertAction
{
    private const int RunningMax = 4;
    private const int DataErrorCode = 65;

    private static readonly SemaphoreSlim Running = new(RunningMax);

    /// <inheritdoc/>
    public string Kind => "exec";

    /// <inheritdoc/>
    public bool IsLevel => false;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => false;

    /// <inheritdoc/>
    public async ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        await Running.WaitAsync(cancellationToken);
        try
        {
            var input = payload.ToBytes(notification);
            var end = await ChildProcess.RunAsync(command, input, timeout, time, cancellationToken);
            return end switch
            {
                { IsTimedOut: true } => ActionResult.Failed(
                    $"{command[0]} did not end within {timeout.TotalSeconds:0.#} s and was killed.{Said(end)}"),
                { Signal: > 0 } => ActionResult.Failed($"{command[0]} was ended by signal {end.Signal}.{Said(end)}"),
                { Code: 0 } => ActionResult.Done,
                { Code: DataErrorCode } => ActionResult.Refused($"{command[0]} ended with {end.Code}.{Said(end)}"),
                _ => ActionResult.Failed($"{command[0]} ended with {end.Code}.{Said(end)}"),
            };
        }
        catch (IOException error)
        {
            return ActionResult.Failed(error.Message);
        }
        finally
        {
            Running.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Said(ChildEnd end) => end.Errors.Length == 0 ? "" : $" It said: {end.Errors}";
}
