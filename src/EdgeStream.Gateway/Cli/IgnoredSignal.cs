using System.Runtime.InteropServices;

namespace EdgeStream.Gateway.Cli;

/// <summary>Signals that were ignored when the program was started, as <c>nohup</c>, some supervisors, and shells for
/// what a script runs in the background do.</summary>
/// <remarks>The framework leaves a signal alone that was ignored when the program began, so that its handler would
/// never be called.</remarks>
internal static partial class IgnoredSignal
{
    /// <summary>SIGHUP.</summary>
    public const int Hangup = 1;

    /// <summary>SIGINT, which Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    private const nint DefaultHandling = 0;

    /// <summary>Has a signal come in again. Register its handler at once: until then it ends the program.</summary>
    public static void Accept(int number) => _ = signal(number, DefaultHandling);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
