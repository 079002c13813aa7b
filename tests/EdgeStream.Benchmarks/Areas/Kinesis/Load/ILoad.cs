namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>What connections ask for, and how answers are checked.</summary>
internal interface ILoad
{
    /// <summary>Adds the next request to what a connection sends.</summary>
    void Ask(KinesisConnection connection);

    /// <summary>Checks the whole answer and counts its records.</summary>
    /// <exception cref="InvalidDataException">It is not what was asked for.</exception>
    int Take(KinesisConnection connection);
}
