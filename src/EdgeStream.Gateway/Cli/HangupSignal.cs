using System.Runtime.InteropServices;

namespace EdgeStream.Gateway.Cli;

/// <summary>SIGHUP where the program was started with it ignored, as <c>nohup</c> and some supervisors do.</summary>
/// <remarks>The framework leaves a signal alone that was ignored when the program began, so that a reload would be
/// asked for and never come.</remarks>
internal static partial class HangupSignal
{
    private const int Hangup = 1;
    private const nint DefaultHandling = 0;

    /// <summary>Has the signal come in again. Register its handler at once: until then it ends the program.</summary>
    public static void Accept() => _ = signal(Hangup, DefaultHandling);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
