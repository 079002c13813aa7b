using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>
/// The two commands that a power-cut test drives: one writes until it dies, one looks at what is left.
/// </summary>
internal static class CutCommand
{
    /// <summary>The writer's word on the command line.</summary>
    public const string WriterName = "cut-writer";

    /// <summary>The verifier's word on the command line.</summary>
    public const string VerifyName = "cut-verify";

    private const int Success = 0;
    private const int Broken = 1;

    /// <summary>Writes to a folder until it is killed; the exit code says that it could not go on.</summary>
    public static async Task<int> WriteAsync(string folder, Durability durability)
    {
        using var output = Console.OpenStandardOutput();
        try
        {
            await new CutWriter(CutLogs.Open(folder, durability), output).RunAsync();
            return Success;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            // A disk that dies before the program: nothing more is acknowledged.
            await Console.Error.WriteLineAsync(error.Message);
            return Broken;
        }
    }

    /// <summary>Prints <c>LAST n</c>: records 1 to n are intact; or says what is not and fails.</summary>
    public static async Task<int> VerifyAsync(string folder)
    {
        try
        {
            if (GatewayCutVerifier.IsGatewayFolder(folder))
            {
                Console.WriteLine($"LAST {await GatewayCutVerifier.LastIntactAsync(folder)}");
                return Success;
            }

            using var logs = CutLogs.Open(folder, Durability.Fsync);
            Console.WriteLine($"LAST {CutVerifier.LastIntact(logs)}");
            foreach (var finding in logs.Logs.SelectMany(log => log.RecoveryFindings))
            {
                await Console.Error.WriteLineAsync(finding);
            }

            return Success;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(error.ToString());
            return Broken;
        }
    }
}
