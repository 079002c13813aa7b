using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Gateway.Actions;

/// <summary>Runs a command in a session of its own, with an input, within a time.</summary>
/// <remarks>
/// No shell. Standard output goes to /dev/null, the first 2 KiB of standard error are kept. The environment has PATH,
/// HOME, LANG and TZ only: the gateway's own may hold secrets. When the time is up, or nobody waits any more, every
/// process of its group is killed, and so is what it leaves behind there when it ends. It is always reaped, so that no
/// zombie stays. Processes that it has put into other sessions go on.
/// </remarks>
internal static class ChildProcess
{
    private const int ErrorBytesMax = 2 << 10;

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">The program's path, and its arguments.</param>
    /// <param name="input">What it reads from standard input; it need not.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was killed since nobody waits any more.</exception>
    public static async Task<ChildEnd> RunAsync(
        IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan timeout, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var child = ChildSpawn.Start(command, EnvironmentOf());
        using var limit = new CancellationTokenSource(timeout, time);
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var status = WaitAsync(child);
        var write = Task.Run(() => Write(child.Input, input), CancellationToken.None);
        var read = Task.Run(() => Read(child.Errors), CancellationToken.None);
        try
        {
            await status.WaitAsync(kill.Token);
        }
        catch (OperationCanceledException)
        {
            // Told below by what it was that ended it.
        }

        var isKilled = !status.IsCompleted && child.KillGroup();
        var ended = await status;
        await Task.WhenAll(write, read);
        cancellationToken.ThrowIfCancellationRequested();
        var signal = ended & 0x7F;
        return new ChildEnd(signal == 0 ? (ended >> 8) & 0xFF : 0, signal, isKilled, await read);
    }

    private static string[] EnvironmentOf()
    {
        var environment = new List<string>();
        foreach (var name in new[] { "PATH", "HOME", "LANG", "TZ" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment.Add($"{name}={value}");
            }
        }

        return [.. environment];
    }

    /// <summary>A thread of its own, since the kernel tells of a child's end to who waits for it only.</summary>
    private static Task<int> WaitAsync(SpawnedChild child) => Task.Factory.StartNew(
        child.Wait, CancellationToken.None, TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static void Write(SafeFileHandle handle, ReadOnlyMemory<byte> input)
    {
        using var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
        try
        {
            stream.Write(input.Span);
        }
        catch (IOException)
        {
            // It ended, or closed its input, before it had read everything: its exit code tells whether that is right.
            return;
        }
    }

    private static string Read(SafeFileHandle handle)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var kept = new byte[ErrorBytesMax];
        var rest = new byte[ErrorBytesMax];
        var length = 0;
        int count;
        while ((count = length < kept.Length ? stream.Read(kept.AsSpan(length)) : stream.Read(rest)) > 0)
        {
            length = Math.Min(kept.Length, length + count);
        }

        return Encoding.UTF8.GetString(kept, 0, length).ReplaceLineEndings(" ").Trim();
    }
}
