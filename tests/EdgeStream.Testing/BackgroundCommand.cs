using System.Diagnostics;

namespace EdgeStream.Testing;

/// <summary>A command that runs beside a test, such as a subscriber; killed when the test is over.</summary>
public sealed class BackgroundCommand : IAsyncDisposable
{
    private readonly Process _process;

    private BackgroundCommand(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => Output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far.</summary>
    public ProcessOutput Output { get; } = new();

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the command.</summary>
    public static BackgroundCommand Start(string program, params IEnumerable<string> arguments) =>
        new(Command.Start(program, arguments, workingFolder: null));

    /// <summary>Waits until it has written a text.</summary>
    public Task WaitForAsync(string text, TimeSpan? deadline = null) => Poll.UntilAsync(
        () => Output.Contains(text) || (HasExited ? throw new InvalidOperationException($"Ended:\n{Output}") : false),
        deadline, () => $"waiting for '{text}' in:\n{Output}");

    /// <summary>Waits until it has ended by itself and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? deadline = null)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline ?? Poll.DefaultDeadline);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
