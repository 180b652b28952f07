package org.lupine.bridge.load;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The file system of another operating system, in memory. It refuses what that system refuses:
 * changes in folders that are made read-only, and removal of files that are in use.
 *
 * <p>Its paths stand for paths of Jimfs, which permits everything.
 */
final class FakeFileSystem extends FileSystem {
  private static final int STICKY = 01000;

  private final FileSystem real;
  private final Provider provider;
  private final Set<Path> readOnly = new HashSet<>();
  private final Set<Path> inUse = new HashSet<>();
  private final Set<Path> sticky = new HashSet<>();

  FakeFileSystem(Configuration configuration) {
    real = Jimfs.newFileSystem(configuration);
    provider = new Provider();
  }

  /** Denies each change of what is in a folder. */
  void makeReadOnly(Path folder) {
    readOnly.add(real(folder));
  }

  /** Denies removing or replacing a file, as Windows does with a loaded library. */
  void use(Path file) {
    inUse.add(real(file));
  }

  /** Ends the use of a file. */
  void release(Path file) {
    inUse.remove(real(file));
  }

  /** Sets the bit of a folder with which users can remove their own files only. */
  void makeSticky(Path folder) {
    sticky.add(real(folder));
  }

  private void checkChange(Path real) throws IOException {
    if (readOnly.stream().anyMatch(real::startsWith)) {
      throw new AccessDeniedException(real.toString());
    }
  }

  private void checkRemoval(Path real) throws IOException {
    checkChange(real);
    if (inUse.contains(real)) {
      throw new AccessDeniedException(real.toString());
    }
  }

  private Path fake(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            FakeFileSystem.class.getClassLoader(), new Class<?>[] {Path.class}, new Fake(real));
  }

  private static Path real(Path path) {
    return ((Fake) Proxy.getInvocationHandler(path)).real;
  }

  private final class Fake implements InvocationHandler {
    private final Path real;

    Fake(Path real) {
      this.real = real;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getName().equals("getFileSystem")) {
        return FakeFileSystem.this;
      }
      var given = arguments == null ? new Object[0] : arguments.clone();
      for (int i = 0; i < given.length; i++) {
        if (given[i] instanceof Path path && Proxy.isProxyClass(path.getClass())) {
          given[i] = real(path);
        }
      }
      try {
        var got = method.invoke(real, given);
        return got instanceof Path path ? fake(path) : got;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  private final class Provider extends FileSystemProvider {
    private final FileSystemProvider jimfs = real.provider();

    @Override
    public String getScheme() {
      return "fake";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      if (options.contains(StandardOpenOption.WRITE)) {
        checkChange(real(path));
      }
      return jimfs.newByteChannel(real(path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      var paths = new ArrayList<Path>();
      try (var found = jimfs.newDirectoryStream(real(folder), path -> filter.accept(fake(path)))) {
        found.forEach(path -> paths.add(fake(path)));
      }
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return paths.iterator();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
      if (!Files.exists(folder)) {
        checkChange(real(folder));
      }
      jimfs.createDirectory(real(folder), attributes);
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
        throws IOException {
      jimfs.createSymbolicLink(real(link), real(target), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      checkRemoval(real(path));
      jimfs.delete(real(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
      checkRemoval(real(target));
      jimfs.copy(real(source), real(target), options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      checkRemoval(real(source));
      checkRemoval(real(target));
      jimfs.move(real(source), real(target), options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return jimfs.isSameFile(real(one), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return jimfs.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return jimfs.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      if (List.of(modes).contains(AccessMode.WRITE)) {
        checkChange(real(path));
      }
      jimfs.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return jimfs.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return jimfs.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      var attributes = new HashMap<>(jimfs.readAttributes(real(path), names, options));
      if (sticky.contains(real(path))) {
        attributes.computeIfPresent("mode", (name, mode) -> (Integer) mode | STICKY);
      }
      return attributes;
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      checkChange(real(path));
      jimfs.setAttribute(real(path), name, value, options);
    }
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    real.close();
  }

  @Override
  public boolean isOpen() {
    return real.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return real.isReadOnly();
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    var roots = new ArrayList<Path>();
    real.getRootDirectories().forEach(root -> roots.add(fake(root)));
    return roots;
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return fake(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    var matcher = real.getPathMatcher(pattern);
    return path -> matcher.matches(real(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
