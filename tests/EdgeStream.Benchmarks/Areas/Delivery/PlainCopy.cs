using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>What nobody does with less: files to objects by the SDK with its defaults, one after the other, in a
/// process of its own.</summary>
internal static class PlainCopy
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "plain-copy";

    /// <summary>How many objects go before the clock starts, so that methods are compiled.</summary>
    private const int WarmUpCount = 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Copies the files of a folder's list in a process of its own.</summary>
    public static async Task<DeliveryRun> RunAsync(string url, string listFile)
    {
        await using var process = OwnProcess.Start(Name, url, listFile);
        var code = await process.WaitForExitAsync(Deadline);
        var figures = process.Output.ToString().Trim().Split(' ');
        return code == 0
            ? new DeliveryRun(Read(figures[0]), Read(figures[1]), Read(figures[2]))
            : throw new InvalidOperationException($"The plain copy failed:\n{process.Output}");
    }

    /// <summary>Copies, and prints seconds, processor seconds and MiB.</summary>
    public static async Task<int> CopyAsync(string url, string listFile)
    {
        var files = await File.ReadAllLinesAsync(listFile);
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(S3Sink.Key, S3Sink.Key),
            new AmazonS3Config { ServiceURL = url, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        for (var number = 0; number < WarmUpCount; number++)
        {
            await PutAsync(client, files[number % files.Length], "warm-up");
        }

        using var self = Process.GetCurrentProcess();
        var started = TimeProvider.System.GetTimestamp();
        var before = self.TotalProcessorTime;
        for (var number = 0; number < files.Length; number++)
        {
            await PutAsync(client, files[number], string.Create(CultureInfo.InvariantCulture, $"copies/{number}"));
        }

        self.Refresh();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var processor = (self.TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{seconds} {processor} {ProcessMemory.Of(self.Id).AnonymousMiB}"));
        return 0;
    }

    private static Task PutAsync(AmazonS3Client client, string file, string key) =>
        client.PutObjectAsync(new PutObjectRequest { BucketName = S3Sink.Bucket, Key = key, FilePath = file });

    private static double Read(string figure) => double.Parse(figure, CultureInfo.InvariantCulture);
}
