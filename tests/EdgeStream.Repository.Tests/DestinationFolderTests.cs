using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class DestinationFolderTests
{
    private const string Folder = "src/EdgeStream.Delivery/Post/";

    [Fact]
    public void Each_destination_is_a_folder_of_the_same_few_small_files() =>
        Expect.None(DestinationFolderRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("Folder")]
    [InlineData("S3")]
    [InlineData("Http")]
    [InlineData("Kinesis")]
    [InlineData("Postgres")]
    public void The_rule_sees_the_destinations(string name) => Assert.Contains(
        RepositoryTree.Paths, path => path == $"src/EdgeStream.Delivery/{name}/{name}DestinationOptions.cs");

    [Theory]
    [InlineData("PostEncoder.cs", "PostDestinationOptions.cs", "not in PostTarget.cs or PostDestination.cs")]
    [InlineData("PostTarget.cs", "MailDestinationOptions.cs", "not in PostDestinationOptions.cs")]
    public void Canary_a_destination_without_its_files_is_found(string one, string other, string naming) =>
        Expect.One(DestinationFolderRule.Violations([File(one), File(other)]), naming);

    [Fact]
    public void Canary_another_folder_is_found() =>
        Expect.One(DestinationFolderRule.Violations([.. Whole, File("More/PostReader.cs")]), "no other folder");

    [Fact]
    public void Canary_many_files_are_found() => Expect.One(
        DestinationFolderRule.Violations(
            [.. Whole, .. Enumerable.Range(0, DestinationFolderRule.FilesMax).Select(i => File($"Post{i}.cs"))]),
        "are few");

    [Fact]
    public void Canary_a_large_file_is_found() => Expect.One(
        DestinationFolderRule.Violations(
            [.. Whole, File("PostReader.cs", new string('\n', DestinationFolderRule.LinesMax + 1))]),
        "not small");

    [Fact]
    public void A_destination_with_a_protocol_of_its_own_passes() =>
        Expect.None(DestinationFolderRule.Violations([.. Whole, File("Protocol/PostConnection.cs")]));

    private static SourceFile[] Whole => [File("PostTarget.cs"), File("PostDestinationOptions.cs")];

    private static SourceFile File(string name, string text = "") => new(Folder + name, text);
}
